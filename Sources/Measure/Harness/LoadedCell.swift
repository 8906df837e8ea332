import CLinux
import Energy
import Engines
import FoundationEssentials
import HostState
import LoadGen
import ModelGraph
import NumericFormats
import Records
import Tensors
import Topology
import Workloads

/// CLOCK_MONOTONIC_RAW.
final class RawClock: NanosecondClock {
  func now() -> Int64 { clinux_clock_ns() }
}

/// One instance of a performance cell with its model loaded and warm: what windows are measured on.
///
/// Make it on the process's main thread and use it there alone.
final class LoadedCell {
  private let request: RoundRequest
  private let channel: EventChannel
  private let model: ExecutableModel
  private let generator: LoadGenerator
  private let numerics: Numerics
  private let calibration: Calibration?
  private let digest: Round.OutputDigest
  private let tokensPerSample: Int?
  private let warmUp: WarmUpOutcome
  private let watch: PlacementWatch
  private let clock = RawClock()

  /// What one query takes, by the warm-up.
  let secondsPerQuery: Double

  /// Latencies that are logged at least: 2 MB.
  private static let leastLog = 1 << 18
  /// Latencies that are logged at most: as many as a worker's result, one line of JSON, can carry.
  private static let largestLog = 1 << 22

  /// Room for half as many queries again as the fastest of the warm-up promises, within bounds.
  static func logCapacity(for request: RoundRequest, fastest: Int64) -> Int {
    let wanted = 1.5 * max(request.minDuration, 0) * 1e9 / Double(max(fastest, 1))
    return max(leastLog, request.minQueryCount, Int(min(wanted, Double(largestLog)).rounded(.up)))
  }

  /// Refuses a window that ended because its log was full: it is shorter than what was asked for.
  static func requireWhole(_ outcome: LoadOutcome) throws(WorkerError) {
    guard outcome.end == .logFull else { return }
    throw WorkerError(
      reason: "The latency log was full after \(outcome.queries) queries and before the window's end; "
        + "shorten --min-duration or raise --batch")
  }

  /// Loads the model and warms it up.
  init(request: RoundRequest, scenario: Scenario, channel: EventChannel) throws {
    self.request = request
    self.channel = channel
    let cell = request.cell
    let workload = try ComputeBridge.workload(of: request)
    let engine = try ComputeBridge.engine(named: cell.engine)
    let features = try KnownNames.features(cappedAt: request.maxISA)
    try Numerics(engine, cell.precision).requireSpeed(on: features)
    let caches = CacheSizes(of: request.pus, in: try? Topology.discover())
    let threading = try LibraryThreads(of: request, engine: engine)
    let team = try ThreadTeam(pus: threading.teamPUs)
    try threading.start()
    tokensPerSample = workload.tokensPerSample
    let graph = try workload.graph(batch: cell.batch)
    let patience = Patience(cell, engine: engine, graph: graph)
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    numerics = try Numerics(of: request)
    calibration = try request.calibration(workload, numerics: numerics, team: team, features: features, channel)
    model = try numerics.model(
      graph, parameters: { try request.loads.parameters(of: workload, for: graph) }, calibration: calibration,
      team: team, features: features, caches: caches)
    try Self.requireNative(model)
    let system = try ModelSystem(
      model: model, batch: cell.batch, workload: workload, slowdown: request.slowdown ?? 0)
    digest = try OutputCheck.digest(system.outputOfFirstSamples(), batch: cell.batch)
    watch = PlacementWatch(team: team, pus: request.pus)
    generator = try LoadGenerator(
      settings: Self.settings(request, scenario), clock: RawClock(), system: system)

    try channel.send(.phase(.warming, expectedSeconds: request.maxWarmUp + patience.inference))
    warmUp = generator.warmUp(cap: Self.nanoseconds(request.maxWarmUp))
    generator.makeLog(capacity: Self.logCapacity(for: request, fastest: warmUp.fastest))
    secondsPerQuery = Double(warmUp.nanoseconds) / 1e9 / Double(max(1, warmUp.discarded))
  }

  /// Measures one window.
  ///
  /// - Parameters:
  ///   - round: the round's index.
  ///   - minDuration: least seconds to measure.
  ///   - begin: when to begin, by the clock that all processes share; nil for at once.
  func measure(round: Int, minDuration: Double, begin: Int64? = nil) throws -> Round {
    let expected = max(minDuration, secondsPerQuery * Double(request.minQueryCount)) + 2 * secondsPerQuery
    try channel.send(.phase(.measuring, expectedSeconds: expected))
    generator.settings.minDuration = Self.nanoseconds(minDuration)
    let startedAt = Date.now.formatted(.iso8601)
    // Reading the state allocates and takes a millisecond; the barrier comes after it.
    let before = HostSnapshot.read()
    let threadsBefore = watch.begin()
    if request.fault == .stray { PlacementWatch.moveThisThread(awayFrom: request.pus, after: minDuration / 3) }
    if let begin { generator.rouse(until: begin, last: Self.nanoseconds(secondsPerQuery)) }
    model.resetPlaces()
    let allocationsBefore = clinux_allocation_count()
    let outcome = generator.measure()
    let allocationsAfter = clinux_allocation_count()
    let places = model.places
    let after = HostSnapshot.read()
    try Self.requireWhole(outcome)
    try model.check()
    try OutputCheck.requireFinite(model.outputValues)
    let placement = watch.observed(places, since: threadsBefore)
    let nodes = try request.perNode ? times(minDuration) : nil

    let performance = Round.Performance(
      latencies: generator.log.latencies, samplesPerQuery: request.cell.batch, duration: outcome.duration,
      warmUp: .init(
        discarded: warmUp.discarded, seconds: Double(warmUp.nanoseconds) / 1e9, settled: warmUp.settled),
      energy: Metering.unmetered, disturbance: HostDisturbance(from: before, to: after, pus: request.pus),
      // Dynamic parts allocate by design, and so do a library's own threads.
      allocations: allocationsBefore < 0 || model.isDynamic || request.cell.blasThreads != nil
        ? nil : Int(allocationsAfter - allocationsBefore),
      observedCPUs: places.map { $0.cpus.map(\.cpu) }, nodes: nodes, begin: outcome.begin, placement: placement)
    var observation = request.observation(of: model, numerics: numerics, digest: digest)
    observation.tokensPerSample = tokensPerSample
    return try Round(
      index: round, startedAt: startedAt, performance: performance, fidelity: nil,
      quantisation: request.quantisation(of: model, calibration),
      observation: observation)
  }

  /// Refuses a model whose matrix products imitate the precision: some node is none that native kernels compute.
  static func requireNative(_ model: ExecutableModel) throws(WorkerError) {
    guard let node = model.assignments.first(where: { $0.multiplyAccumulates > 0 && $0.execution == .emulated }) else {
      return
    }
    throw WorkerError(
      reason:
        "Node \(node.node) runs on \(node.implementation), which emulates \(node.format), and emulated time is no "
        + "speed")
  }

  /// What each node takes. The inputs are those of the window's last query.
  private func times(_ minDuration: Double) throws -> [NodeTime] {
    let pass = NodePass(
      model: model, clock: clock, nanoseconds: Self.nanoseconds(min(max(minDuration / 4, 0.1), 2)))
    try channel.send(
      .phase(
        .nodes, expectedSeconds: Double(pass.nanoseconds) / 1e9 + 2 * secondsPerQuery * Double(NodePass.leastRuns)))
    let nodes = pass.run()
    try model.check()
    return nodes
  }

  private static func settings(_ request: RoundRequest, _ scenario: Scenario) -> LoadSettings {
    LoadSettings(
      scenario: scenario == .offline ? .offline : .singleStream, minDuration: nanoseconds(request.minDuration),
      minQueryCount: request.minQueryCount, maxQueryCount: max(leastLog, request.minQueryCount),
      samplesPerQuery: request.cell.batch, seed: request.seed)
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 {
    // Bounded: the request may come from anywhere.
    Int64((min(max(seconds, 0), 1e6) * 1e9).rounded())
  }
}

extension RoundRequest {
  /// What a worker saw of itself, at its end.
  func observation(of model: ExecutableModel, numerics: Numerics, digest: Round.OutputDigest) -> Round.Observation {
    var implementations: [String: Int] = [:]
    for assignment in model.assignments { implementations[assignment.implementation, default: 0] += 1 }
    var plan = ComputeBridge.memoryPlan(model.memory)
    // A model gives up its FP32 originals only while it is prepared, and calibration's model lies beside them.
    let copies = numerics.isCalibrated ? 2 : 1
    plan.weights = max(plan.weights, model.graph.parameterCount.multipliedSaturated(by: copies * 4))
    return Round.Observation(
      peakResidentBytes: UInt64(max(0, clinux_peak_resident_bytes())), memoryPlan: plan,
      blas: ComputeBridge.usesBLAS(numerics.engine) ? ComputeBridge.blasState(requestedCore: requestedCore) : nil,
      isa: model.features.level.rawValue, output: digest, implementations: implementations)
  }
}
