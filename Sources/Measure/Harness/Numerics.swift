import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

/// What a cell computes with: an engine at one of its precisions, or contracts that were chosen by name or by node.
struct Numerics: Sendable {
  let engine: any Engine
  private let precision: Precision
  /// What was chosen; nil for what the engine makes of the precision.
  private let assignment: NumericsAssignment?

  /// Those of a request's cell.
  init(of request: RoundRequest) throws {
    let cell = request.cell
    engine = try ComputeBridge.engine(named: cell.engine)
    precision = cell.precision
    assignment =
      cell.isOfContract ? NumericsAssignment(try KnownNames.contract(cell.contract)) : try request.numerics
  }

  /// What an engine makes of a precision, or other contracts.
  init(_ engine: any Engine, _ precision: Precision, _ assignment: NumericsAssignment? = nil) {
    self.engine = engine
    self.precision = precision
    self.assignment = assignment
  }

  /// FP32 of the same engine: of the emulator, one chain of fused multiply-adds for every sum.
  var fp32: Numerics { Numerics(engine, .fp32, nil) }

  /// Whether activations have static scales, which calibration finds.
  var isCalibrated: Bool { assignment?.needsCalibration ?? (precision == .int8) }

  /// The greatest magnitude of s8 activations.
  func integerLimit(on features: CPUFeatures) -> Int {
    assignment?.integerLimit ?? engine.integerLimit(on: features)
  }

  /// Refuses a precision that the engine imitates.
  func requireSpeed(on features: CPUFeatures) throws(WorkerError) {
    guard engine.execution(of: precision, on: features) == .native else {
      throw WorkerError(reason: "Engine \(engine.name) emulates \(precision.rawValue), and emulated time is no speed")
    }
  }

  /// A prepared model. `parameters` are asked for once and given up when they are packed.
  ///
  /// - Parameter sharing: where weights are that models for other batch sizes have packed; nil where there is none.
  func model(
    _ graph: ModelGraph, parameters: () throws -> ParameterStore, calibration: Calibration?, team: ThreadTeam,
    features: CPUFeatures,
    caches: CacheSizes, sharing: SharedWeights? = nil
  ) throws -> ExecutableModel {
    try ExecutableModel(
      graph: graph, parameters: parameters(), engine: engine,
      numerics: assignment ?? NumericsAssignment(engine.contract(for: precision, on: features)),
      calibration: calibration, team: team, features: features, caches: caches, sharing: sharing)
  }

  /// Ranges of activations from a workload's own calibration samples, which no evaluation sees.
  ///
  /// Makes a model of its own and gives it up.
  ///
  /// - Parameters:
  ///   - graph: the model at batch 1.
  ///   - willMeasure: called before each sample.
  func calibration(
    of workload: any Workload, _ graph: ModelGraph, parameters: ParameterStore, samples: Int,
    method: CalibrationMethod = .minMax, team: ThreadTeam, features: CPUFeatures,
    willMeasure: (_ sample: Int) throws -> Void
  ) throws -> Calibration {
    try Calibration.measure(
      graph, parameters: parameters, team: team, samples: samples, method: method,
      integerLimit: integerLimit(on: features)
    ) { index, inputs in
      try willMeasure(index)
      try workload.writeSample(index, of: .calibration, into: inputs)
    }
  }
}
