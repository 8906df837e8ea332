import Engines
import FoundationEssentials
import ModelGraph
import NumericFormats
import Records
import Topology
import Workloads

/// Compares a cell's outputs with FP32's of the same engine, once.
struct FidelityRound {
  let request: RoundRequest
  let channel: EventChannel

  func run() throws -> Round {
    let cell = request.cell
    guard cell.batch == 1 else { throw WorkerError(reason: "Fidelity is compared at batch 1, not \(cell.batch)") }
    let startedAt = Date.now.formatted(.iso8601)
    let workload = try ComputeBridge.workload(of: request)
    let engine = try ComputeBridge.engine(named: cell.engine)
    let caches = CacheSizes(of: cell.placement.pus, in: try? Topology.discover())
    let team = try ThreadTeam(pus: cell.placement.pus)
    let graph = try workload.graph(batch: 1)
    let features = try KnownNames.features(cappedAt: request.maxISA)
    let patience = Patience(cell, engine: engine, graph: graph)
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    var samples = min(request.fidelitySamples, workload.sampleCount(in: .evaluation))
    if case .sentencePairs = workload.scoring { samples = workload.sampleCount(in: .evaluation) }

    // One model at a time: a worker's memory is reported, and two models would double it for nothing.
    let calibration = try request.calibration(workload, engine: engine, team: team, features: features, channel)
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    let references: [[Float]]
    do {
      let model = try PerformanceRound.model(
        graph, workload: workload, engine: engine, precision: .fp32, calibration: nil, team: team,
        features: features, caches: caches)
      references = try outputs(of: model, workload, samples, patience)
    }
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    let model = try PerformanceRound.model(
      graph, workload: workload, engine: engine, precision: cell.precision, numerics: request.numerics,
      calibration: calibration, team: team, features: features, caches: caches)
    let outputs = try outputs(of: model, workload, samples, patience)
    let fidelity = try FidelityMeasure.compare(outputs, with: references, scoring: workload.scoring)
    let digest = try OutputCheck.digest(outputs[0], batch: 1)
    return try Round(
      index: request.round, startedAt: startedAt, performance: nil, fidelity: fidelity,
      quantisation: request.quantisation(of: model, calibration),
      observation: request.observation(of: model, engine: engine, digest: digest))
  }

  /// All output elements of each sample. Says something before each, so that a slow engine is not taken for a hung one.
  private func outputs(
    of model: ExecutableModel, _ workload: any Workload, _ samples: Int, _ patience: Patience
  ) throws -> [[Float]] {
    var outputs: [[Float]] = []
    let check = InputCheck(model)
    for index in 0..<samples {
      try channel.send(.phase(.comparing, expectedSeconds: patience.inference))
      try workload.writeSample(index, of: .evaluation, into: model.inputs)
      try check.requireFinite(model.inputs)
      model.run()
      try model.check()
      let values = model.realOutputValues
      try OutputCheck.requireFinite(values)
      outputs.append(values)
    }
    return outputs
  }
}
