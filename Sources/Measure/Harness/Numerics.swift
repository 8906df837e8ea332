import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

/// What a cell computes with: an engine at one of its precisions, or contracts that were chosen by name or by node.
struct Numerics {
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

  private init(_ engine: any Engine, _ precision: Precision, _ assignment: NumericsAssignment?) {
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

  /// A prepared model. `parameters` are asked for once and given up when they are packed.
  func model(
    _ graph: ModelGraph, parameters: () throws -> ParameterStore, calibration: Calibration?, team: ThreadTeam,
    features: CPUFeatures,
    caches: CacheSizes
  ) throws -> ExecutableModel {
    try ExecutableModel(
      graph: graph, parameters: parameters(), engine: engine,
      numerics: assignment ?? NumericsAssignment(engine.contract(for: precision, on: features)),
      calibration: calibration, team: team, features: features, caches: caches)
  }
}
