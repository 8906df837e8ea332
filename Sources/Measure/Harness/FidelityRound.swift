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
    let numerics = try Numerics(of: request)
    let caches = CacheSizes(of: cell.placement.pus, in: try? Topology.discover())
    let team = try ThreadTeam(pus: cell.placement.pus)
    let graph = try workload.graph(batch: 1)
    let features = try KnownNames.features(cappedAt: request.maxISA)
    let patience = Patience(cell, engine: numerics.engine, graph: graph)
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    var samples = min(request.fidelitySamples, workload.sampleCount(in: .evaluation))
    if case .sentencePairs = workload.scoring { samples = workload.sampleCount(in: .evaluation) }

    // One model at a time: a worker's memory is reported, and two models would double it for nothing.
    let calibration = try request.calibration(
      workload, numerics: numerics, team: team, features: features, channel)
    let key = FidelityReference.Key(
      workload: workload.name, engine: cell.engine, pus: cell.placement.pus, samples: samples, maxISA: request.maxISA)
    let known = request.sharedFolder.flatMap { FidelityReference(key, in: $0) }
    let reference =
      try known
      ?? computed(key, workload, patience) {
        try numerics.fp32.model(
          graph, parameters: { try workload.parameters(for: graph) }, calibration: nil, team: team, features: features,
          caches: caches)
      }
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    let model = try numerics.model(
      graph, parameters: { try workload.parameters(for: graph) }, calibration: calibration, team: team,
      features: features, caches: caches)
    let outputs = try outputs(of: model, workload, samples, patience, under: cell.contract)
    let fidelity = try FidelityMeasure.compare(outputs, with: reference.outputs, scoring: workload.scoring)
    let digest = try OutputCheck.digest(outputs[0], batch: 1)
    var observation = request.observation(of: model, numerics: numerics, digest: digest)
    observation.fp32MemoryPlan = reference.memoryPlan
    return try Round(
      index: request.round, startedAt: startedAt, performance: nil, fidelity: fidelity,
      quantisation: request.quantisation(of: model, calibration), observation: observation)
  }

  /// FP32's outputs, also left for the run's other workers.
  private func computed(
    _ key: FidelityReference.Key, _ workload: any Workload, _ patience: Patience, model: () throws -> ExecutableModel
  ) throws -> FidelityReference {
    try channel.send(.phase(.loading, expectedSeconds: patience.loading))
    let model = try model()
    let outputs = try outputs(of: model, workload, key.samples, patience, under: "FP32")
    let reference = FidelityReference(outputs: outputs, memoryPlan: ComputeBridge.memoryPlan(model.memory))
    if let folder = request.sharedFolder { reference.leave(key, in: folder) }
    return reference
  }

  /// All output elements of each sample. Says something before each, so that a slow engine is not taken for a hung one.
  private func outputs(
    of model: ExecutableModel, _ workload: any Workload, _ samples: Int, _ patience: Patience, under numerics: String
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
      guard values.allSatisfy(\.isFinite) else {
        // Overflow, mostly: what the contract makes of this model, and so a result.
        throw WorkerError(reason: "The outputs of sample \(index) hold NaN or infinity under \(numerics)")
      }
      outputs.append(values)
    }
    return outputs
  }
}
