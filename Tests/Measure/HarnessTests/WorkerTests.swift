import Engines
import Foundation
import Glibc
import Harness
import ModelGraph
import NumericFormats
import Records
import Tensors
import Testing
import Topology
import Workloads

/// The real worker on small networks, in a thread of this process with files in the place of standard input and output.
@Suite struct WorkerTests {
  /// Runs a worker on raw bytes and returns its exit code and events.
  ///
  /// Files instead of pipes, and a thread of its own: the worker pins the thread it runs on, and nothing here may block
  /// the few threads that all tests share.
  private func run(bytes: [UInt8]) async throws -> (code: Int32, events: [WorkerEvent]) {
    let folder = try Folder()
    let input = open(try folder.write("in", String(decoding: bytes, as: UTF8.self)), O_RDONLY)
    let output = open(folder.path + "/out", O_WRONLY | O_CREAT, 0o600)
    try #require(input >= 0 && output >= 0)
    let code = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: Worker.run(input: input, output: output)) }
    }
    close(input)
    close(output)
    let text = try Data(contentsOf: URL(filePath: folder.path + "/out"))
    let events = try text.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(WorkerEvent.self, from: Data($0))
    }
    return (code, events)
  }

  private func run(_ request: RoundRequest) async throws -> (code: Int32, events: [WorkerEvent]) {
    try await run(bytes: JSONEncoder().encode(WorkerRequest.round(request)) + [UInt8(ascii: "\n")])
  }

  private func request(
    _ workload: String, _ precision: Precision = .fp32, engine: String = "openblas", threads: Int = 1, batch: Int = 1,
    measurement: Cell.Measurement, maxISA: String? = nil, calibration: String? = nil,
    samples: Int? = nil, given: GivenCalibration? = nil
  ) throws -> RoundRequest {
    let pus = try Topology.discover().placement(threads: threads)
    let cell = Cell(
      workload: workload, precision: precision, execution: .native, contract: "c", engine: engine,
      placement: Placement(pus: pus), batch: batch, measurement: measurement, calibration: calibration,
      calibrationSamples: samples, ranges: given?.label)
    let spec = RunSpec(
      suite: "t", groups: [], rounds: 1, minDuration: 0.02, minQueryCount: 5, maxWarmUp: 0.05, timeout: 60, seed: 1,
      blasCore: "library", maxISA: maxISA, fidelitySamples: 3,
      calibrations: given.map { [$0] })
    return RoundRequest(parent: getppid(), cell: cell, round: 4, spec: spec, requestedCore: nil)
  }

  private func round(_ events: [WorkerEvent]) throws -> Round {
    guard case .result(let round) = events.last else {
      Issue.record("no result: \(events)")
      throw CancellationError()
    }
    return round
  }

  private func announced(_ events: [WorkerEvent]) -> [Double] {
    events.compactMap { event in if case .phase(_, let seconds) = event { seconds } else { nil } }
  }

  @Test(arguments: [(Scenario.singleStream, 1), (.offline, 4)])
  func speedIsMeasured(scenario: Scenario, batch: Int) async throws {
    let name = ResNetSmallName.name
    let request = try request(name, batch: batch, measurement: .performance(scenario), maxISA: "generic")
    let (code, events) = try await run(request)
    let round = try round(events)
    #expect(code == 0)
    #expect(round.index == 4)
    #expect(round.fidelity == nil)
    let performance = try #require(round.performance)
    #expect(performance.samplesPerQuery == batch)
    #expect(performance.duration >= 20_000_000)
    #expect(performance.latencies.count >= (scenario == .singleStream ? 5 : 1))
    #expect(performance.latencies.reduce(0, +) <= performance.duration)
    #expect(performance.warmUp.discarded >= 1)
    // The steady state allocates nothing; other tests of this process may, so only a worker of its own can show it.
    #expect(performance.observedCPUs == request.cell.placement.pus.map { [$0] })
    #expect(round.observation.isa == "generic")
    #expect(round.observation.output.count > 0)
    #expect(round.observation.memoryPlan.weights > 0)
    #expect(!round.observation.implementations.isEmpty)
    let phases = events.compactMap { event in if case .phase(let phase, _) = event { phase } else { nil } }
    #expect(phases == [.loading, .warming, .measuring])
    #expect(announced(events).allSatisfy { $0 > 0 })
  }

  @Test(arguments: ["openblas", "native"])
  func nodesAreTimedAfterTheWindow(engine: String) async throws {
    var request = try request(ResNetSmallName.name, engine: engine, measurement: .performance(.singleStream))
    request.perNode = true
    let (code, events) = try await run(request)
    let round = try round(events)
    #expect(code == 0)
    let nodes = try #require(round.performance?.nodes)
    // Every node is in one step, in the model's order.
    let graph = try WorkloadRegistry.workload(named: ResNetSmallName.name).graph(batch: 1)
    let names = nodes.flatMap(\.nodes)
    #expect(names.filter { name in graph.nodes.contains { $0.name == name } } == graph.nodes.map(\.name))
    #expect(names.count == round.observation.implementations.values.reduce(0, +))
    #expect(nodes.reduce(0) { $0 + $1.operations } == 2 * graph.multiplyAccumulates)
    #expect(nodes.allSatisfy { $0.runs >= 5 && $0.least <= $0.median && !$0.kernel.isEmpty })
    #expect(nodes.contains { $0.median > 0 && $0.weightBytes > 0 && $0.activationBytes > 0 })
    let phases = events.compactMap { event in if case .phase(let phase, _) = event { phase } else { nil } }
    #expect(phases.suffix(2) == [.measuring, .nodes])
    // Nobody who did not ask gets them.
    request.perNode = false
    #expect(try await self.round(run(request).events).performance?.nodes == nil)
  }

  @Test(arguments: [Precision.bf16, .int8])
  func fidelityIsMeasured(precision: Precision) async throws {
    let (code, events) = try await run(request(ResNetSmallName.name, precision, measurement: .fidelity))
    let round = try round(events)
    #expect(code == 0)
    #expect(round.performance == nil)
    let fidelity = try #require(round.fidelity)
    #expect(fidelity.samples == 3)
    #expect(fidelity.decisions == 3)
    // Reduced precision is close to FP32 and not the same.
    #expect((fidelity.sqnrDecibels ?? 0) > 5 && (fidelity.sqnrDecibels ?? 1000) < 80)
    #expect(fidelity.cosine > 0.8 && fidelity.cosine < 1)
    let phases = events.compactMap { event in if case .phase(let phase, _) = event { phase } else { nil } }
    #expect(phases.contains(.calibrating) == (precision == .int8))
    #expect(announced(events).allSatisfy { $0 > 0 })
  }

  @Test func theCalibrationMethodDecidesTheRanges() async throws {
    func sqnr(_ method: String?) async throws -> Double? {
      let request = try request(ResNetSmallName.name, .int8, measurement: .fidelity, calibration: method)
      return try await round(run(request).events).fidelity?.sqnrDecibels
    }
    let (whole, narrow) = (try await sqnr(nil), try await sqnr("percentile:90"))
    #expect(whole != nil && narrow != nil && whole != narrow)
    let (code, events) = try await run(
      request(ResNetSmallName.name, .int8, measurement: .fidelity, calibration: "kl"))
    #expect(code == 1)
    guard case .failed(let sentence) = events.last else {
      Issue.record("no failure: \(events)")
      return
    }
    #expect(sentence.hasPrefix("There is no calibration method `kl`"))
  }

  /// What the model was quantised with is part of the round; ranges of a file are used as they are.
  @Test func rangesAndScalesAreRecorded() async throws {
    let name = ResNetSmallName.name
    func quantisation(_ request: RoundRequest) async throws -> (Quantisation, Fidelity, [WorkerPhase]) {
      let events = try await run(request).events
      let round = try round(events)
      let phases = events.compactMap { event in if case .phase(let phase, _) = event { phase } else { nil } }
      return (try #require(round.quantisation), try #require(round.fidelity), phases)
    }
    let graph = try WorkloadRegistry.workload(named: name).graph(batch: 1)
    let tensors = Calibration.tensors(of: graph)
    let (measured, fidelity, _) = try await quantisation(
      request(name, .int8, engine: "native", measurement: .fidelity, calibration: "percentile:99.9", samples: 5))
    #expect(measured.method == "percentile:99.9" && measured.samples == 5 && measured.file == nil)
    // A pooling that passes integers on has its source's scale, and a range of its own.
    let pooled = graph.nodes.filter { if case .maxPool = $0.op { true } else { false } }.map { graph[$0.output].name }
    #expect(Set(measured.activations.map(\.tensor)).isSuperset(of: tensors))
    for activation in measured.activations {
      let width = max(activation.greatest, 0) - min(activation.least, 0)
      #expect(activation.format == "u8")
      #expect((0...255).contains(try #require(activation.zeroPoint)))
      if tensors.contains(activation.tensor), !pooled.contains(activation.tensor) {
        #expect(abs(activation.scale - width / 255) <= 1e-6 * width, "\(activation)")
      }
    }
    #expect(measured.weights.map(\.parameter) == graph.parameters.filter { $0.role == .weights }.map(\.name))
    for weights in measured.weights {
      #expect(weights.channels == graph.parameters.first { $0.name == weights.parameter }?.shape[0])
      #expect(weights.leastScale > 0 && weights.leastScale < weights.greatestScale)
    }

    let ranges = Dictionary(
      measured.activations.map { ($0.tensor, ValueRange(least: $0.least, greatest: $0.greatest)) },
      uniquingKeysWith: { first, _ in first }
    ).compactMapValues(\.self)
    let given = Examples.givenCalibration(name, ranges: ranges)
    let (reused, again, phases) = try await quantisation(
      request(name, .int8, engine: "native", measurement: .fidelity, given: given))
    #expect(reused.activations == measured.activations && reused.weights == measured.weights)
    #expect(reused.method == "entropy" && reused.samples == 9 && reused.file == given.sha256)
    #expect(again == fidelity)
    #expect(!phases.contains(.calibrating))

    let bf16 = try await run(request(name, .bf16, engine: "native", measurement: .fidelity)).events
    #expect(try self.round(bf16).quantisation == nil)
  }

  @Test func emulatedPrecisionsHaveNoSpeed() async throws {
    let (code, events) = try await run(
      request(ResNetSmallName.name, .bf16, measurement: .performance(.singleStream)))
    #expect(code == 1)
    #expect(events.last == .failed("Engine openblas emulates bf16, and emulated time is no speed."))
  }

  @Test(arguments: [
    ("no-such-network", "openblas", "no workload"), (ResNetSmallName.name, "no-such-engine", "no engine"),
  ])
  func whatDoesNotExistIsASentence(workload: String, engine: String, reason: String) async throws {
    let (code, events) = try await run(request(workload, engine: engine, measurement: .performance(.offline)))
    #expect(code == 1)
    guard case .failed(let sentence) = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(sentence.contains(reason), "\(sentence)")
  }

  @Test(arguments: ["", "not json\n", "{}\n", "{\"round\":{}}\n", String(repeating: "x", count: 2 << 20)])
  func aRequestThatIsNoneIsASentence(text: String) async throws {
    let (code, events) = try await run(bytes: Array(text.utf8))
    #expect(code == 1)
    try #require(events.count == 1)
    guard case .failed(let sentence) = events[0] else {
      Issue.record("\(events)")
      return
    }
    #expect(!sentence.contains("\n") && sentence.count <= 1000)
  }

  @Test func anotherParentEndsIt() async throws {
    var request = try request(ResNetSmallName.name, measurement: .fidelity)
    request.parent = 1_999_999_999
    let (_, events) = try await run(request)
    #expect(events.last == .failed("The run that started this worker has gone."))
  }

  @Test func aProbeNamesTheLibrarysCore() async throws {
    let (code, events) = try await run(bytes: JSONEncoder().encode(WorkerRequest.probe(requestedCore: nil)) + [10])
    #expect(code == 0)
    guard case .probed(let state) = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(state.core == BLASLibrary.coreName)
    #expect(state.configuration.contains("OpenBLAS"))
  }
}

/// The smallest convolutional network of the registry.
enum ResNetSmallName {
  static let name = WorkloadRegistry.names.first { $0.contains("resnet") && $0 != "resnet50" } ?? "none"
}
