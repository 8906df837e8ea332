import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

/// Everything the harness asks of engines and workloads, in one place.
enum ComputeBridge {
  /// The workload that a worker is asked for: the user's model where the request brings one.
  static func workload(of request: RoundRequest) throws -> any Workload {
    guard let source = request.model else { return try KnownNames.workload(request.cell.workload) }
    let model = try ONNXWorkload(source)
    guard model.name == request.cell.workload else {
      throw WorkerError(reason: "The model \(source.fileName) is not the workload \(request.cell.workload)")
    }
    return model
  }

  /// The engine of a cell: one of those that users may name, or the emulator, which runs contracts.
  static func engine(named name: String) throws -> any Engine {
    try name == Cell.emulator ? EmulatorEngine() : KnownNames.engine(name)
  }

  static func usesBLAS(_ engine: any Engine) -> Bool {
    engine.implementations.contains { $0.name.hasPrefix("openblas") }
  }

  /// Multiply-accumulate operations per second and thread that estimates assume.
  static func assumedRate(_ engine: any Engine) -> Double { usesBLAS(engine) ? 50e9 : plainLoopRate }

  /// The same for plain loops.
  static let plainLoopRate = 0.8e9

  static func blasState(requestedCore: String?) -> Round.BLASState {
    Round.BLASState(
      configuration: BLASLibrary.configuration, core: BLASLibrary.coreName, requestedCore: requestedCore,
      threadsPerCall: BLASLibrary.threadsPerCall)
  }

  static func memoryPlan(_ use: MemoryUse) -> Round.MemoryPlan {
    Round.MemoryPlan(
      weights: use.weights, activations: use.activations, scratch: use.scratch,
      weightBytesMoved: use.weightBytesMoved, activationBytesMoved: use.activationBytesMoved)
  }
}

extension Catalogue {
  /// The workloads and engines of this build, and the user's models. Builds each graph at batch 1; loads no weights.
  ///
  /// - Throws: ``PlanError`` where two models have the same name.
  public static func current(models: [ONNXWorkload] = []) throws -> Catalogue {
    var names: Set<String> = []
    for model in models where !names.insert(model.name).inserted {
      throw PlanError(reason: "two models are called `\(model.name)`; give one of the files another name")
    }
    let workloads = try (WorkloadRegistry.all + models as [any Workload]).map { workload in
      let graph = try workload.graph(batch: 1)
      var fixed: Int?
      if case .sentencePairs = workload.scoring { fixed = workload.sampleCount(in: .evaluation) }
      return WorkloadFacts(
        name: workload.name, multiplyAccumulates: graph.multiplyAccumulates, parameterCount: graph.parameterCount,
        fixedFidelitySamples: fixed, calibrationSamples: workload.sampleCount(in: .calibration))
    }
    return Catalogue(workloads: workloads, engines: engines(on: .detect()), aliases: WorkloadRegistry.aliases)
  }

  /// The engines of this build, with what each makes of every precision with these instruction sets.
  public static func engines(on features: CPUFeatures) -> [EngineFacts] {
    EngineRegistry.all.map { engine in
      var modes: [Precision: Mode] = [:]
      for precision in Precision.measurable {
        modes[precision] = Mode(
          execution: engine.execution(of: precision, on: features),
          contract: engine.contract(for: precision, on: features).name)
      }
      return EngineFacts(
        name: engine.name, modes: modes, usesBLAS: ComputeBridge.usesBLAS(engine),
        assumedRate: ComputeBridge.assumedRate(engine))
    }
  }
}
