import Engines
import LoadGen
import ModelGraph
import Placements
import Tensors
import Topology
import Workloads

/// What all instances of a served model are made of; nothing of it changes.
struct ServedModelParts: Sendable {
  let workload: any Workload
  let numerics: Numerics
  let features: CPUFeatures
  let calibration: Calibration?
  /// The PUs and the caches of each instance.
  let pus: [[Int]]
  let caches: [CacheSizes]
  /// Batch sizes, ascending.
  let sizes: [Int]
  /// The parameters at batch 1, and the parameters' declarations.
  private let store: ParameterStore
  private let declared: [ParameterInfo]

  /// Reads parameters and, where the precision asks for it, measures ranges on the calling thread.
  ///
  /// - Throws: ``ServingError``, `WorkerError`, and what the workload and the calibration throw.
  init(_ settings: ServedModelSettings, progress: (ServingProgress) -> Void) throws {
    workload = settings.workload
    features = try KnownNames.features(cappedAt: settings.maxISA)
    let engine = try KnownNames.engine(settings.engine)
    numerics = Numerics(engine, settings.precision)
    try numerics.requireSpeed(on: features)
    pus = settings.layout.instances.map(\.pus)
    let topology = try? Topology.discover()
    caches = pus.map { CacheSizes(of: $0, in: topology) }
    sizes = settings.batchSizes
    progress(.parameters)
    let graph = try workload.graph(batch: 1)
    store = try workload.parameters(for: graph)
    declared = graph.parameters
    guard numerics.isCalibrated else {
      calibration = nil
      return
    }
    let samples = try CalibrationSamples.count(settings.calibrationSamples, of: workload)
    // Given up before an instance makes its own.
    let team = try ThreadTeam(pus: pus[0])
    calibration = try numerics.calibration(
      of: workload, graph, parameters: store, samples: samples, method: settings.calibrationMethod, team: team,
      features: features
    ) { progress(.calibration(sample: $0, of: samples)) }
  }

  /// The parameters of a graph at another batch size, and whether they are the same as at batch 1.
  ///
  /// Built-in workloads promise that they are. A user's model may have values that were computed from extents, so those are
  /// compared.
  func parameters(for graph: ModelGraph) throws -> (store: ParameterStore, isShared: Bool) {
    guard workload is ONNXWorkload else { return (store, true) }
    let own = try workload.parameters(for: graph)
    let isSame =
      graph.parameters == declared
      && zip(own.tensors, store.tensors).allSatisfy { $0.bytes.elementsEqual($1.bytes) }
    return isSame ? (store, true) : (own, false)
  }
}
