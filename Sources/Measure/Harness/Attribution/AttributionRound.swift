import Engines
import Glibc
import ModelGraph
import NumericFormats
import Records
import Topology
import Workloads

/// Measures the variants of a model that an attribution asks for: weights, ranges and FP32's outputs are made once.
struct AttributionRound {
  let request: AttributionRequest
  let channel: EventChannel

  func run() throws {
    let workload =
      try request.model.map { try ONNXWorkload($0) as any Workload } ?? KnownNames.workload(request.workload)
    let contract = try AttributionNodes.contract(named: request.contract)
    let features = try KnownNames.features(cappedAt: request.maxISA)
    let team = try ThreadTeam(pus: request.pus)
    let graph = try workload.graph(batch: 1)
    let patience = Patience(calibrating: graph, threads: request.pus.count)
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    let setting = Setting(
      workload: workload, graph: graph, parameters: try workload.parameters(for: graph), team: team,
      features: features, caches: CacheSizes(of: request.pus, in: try? Topology.discover()), patience: patience)
    let calibration = try contract.needsCalibration ? calibration(setting) : nil
    let references = try outputs(NumericsAssignment(.fp32FMA), nil, setting)
    for variant in request.variants {
      try channel.send(.variantStarted(variant.id))
      if let fault = request.fault, fault.id == variant.id { try Worker.misbehave(fault.kind, channel) }
      let numerics = try numerics(of: variant, under: contract, graph)
      try channel.send(
        .variantFinished(variant.id, outcome(of: numerics, calibration, references, setting)))
    }
    try channel.send(.done)
  }

  /// What all variants share.
  private struct Setting {
    let workload: any Workload
    let graph: ModelGraph
    let parameters: ParameterStore
    let team: ThreadTeam
    let features: CPUFeatures
    let caches: CacheSizes
    let patience: Patience
  }

  private func calibration(_ setting: Setting) throws -> Calibration {
    if let ranges = request.ranges { return ranges.contents.calibration }
    return try Calibration.measure(
      setting.graph, parameters: setting.parameters, team: setting.team,
      samples: CalibrationSamples.count(request.calibrationSamples, of: setting.workload),
      method: request.calibrationMethod.map(KnownNames.calibrationMethod) ?? .minMax,
      integerLimit: NumericsAssignment(AttributionNodes.contract(named: request.contract)).integerLimit
    ) { index, inputs in
      try channel.send(.phase(.calibrating, expectedSeconds: setting.patience.inference))
      try setting.workload.writeSample(index, of: .calibration, into: inputs)
    }
  }

  /// Which contract each node follows in a variant.
  private func numerics(
    of variant: AttributionRequest.Variant, under contract: NumericsContract, _ graph: ModelGraph
  ) throws(WorkerError) -> NumericsAssignment {
    guard request.nodes.indices.contains(variant.lowered) || variant.lowered.isEmpty else {
      throw WorkerError(reason: "A variant lowers nodes \(variant.lowered) of \(request.nodes.count)")
    }
    let lowered = variant.lowered.isEmpty ? [] : Set(request.nodes[variant.lowered])
    guard variant.lowersOthers else {
      return NumericsAssignment(
        .fp32FMA, exceptions: Dictionary(lowered.map { ($0, contract) }, uniquingKeysWith: { first, _ in first }))
    }
    let kept = graph.nodes.filter { $0.op.isMultiplyAccumulate && !lowered.contains($0.name) }.map(\.name)
    return NumericsAssignment(
      contract, exceptions: Dictionary(kept.map { ($0, .fp32FMA) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The error of a variant, or why it has none; throws only what ends the worker.
  private func outcome(
    of numerics: NumericsAssignment, _ calibration: Calibration?, _ references: [[Float]], _ setting: Setting
  ) throws -> AttributionOutcome {
    do {
      let outputs = try outputs(numerics, calibration, setting)
      let fidelity = try FidelityMeasure.compare(outputs, with: references, scoring: setting.workload.scoring)
      let error = fidelity.sqnrDecibels.map { pow(10, -$0 / 20) } ?? 0
      return AttributionOutcome(
        error: error, top1Agreement: fidelity.top1Agreement,
        decisions: fidelity.top1Agreement == nil ? nil : fidelity.decisions)
    } catch let closed as EventChannel.Closed {
      throw closed
    } catch {
      return AttributionOutcome(error: nil, failure: "\(error)")
    }
  }

  /// All output elements of each sample.
  private func outputs(
    _ numerics: NumericsAssignment, _ calibration: Calibration?, _ setting: Setting
  ) throws -> [[Float]] {
    try channel.send(.phase(.loading, expectedSeconds: setting.patience.loading))
    let model = try ExecutableModel(
      graph: setting.graph, parameters: setting.parameters, engine: EmulatorEngine(), numerics: numerics,
      calibration: calibration, team: setting.team, features: setting.features, caches: setting.caches)
    let check = InputCheck(model)
    return try (request.firstSample..<(request.firstSample + request.samples)).map { index in
      try channel.send(.phase(.comparing, expectedSeconds: setting.patience.inference))
      try setting.workload.writeSample(index, of: .evaluation, into: model.inputs)
      try check.requireFinite(model.inputs)
      model.run()
      try model.check()
      let values = model.realOutputValues
      guard values.allSatisfy(\.isFinite) else {
        throw WorkerError(reason: "The outputs of sample \(index) hold NaN or infinity")
      }
      return values
    }
  }
}

extension Range<Int> {
  /// Whether all of `other` lies inside.
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
