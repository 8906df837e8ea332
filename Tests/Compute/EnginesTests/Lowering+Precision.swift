import ModelGraph
import NumericFormats

@testable import Engines

extension NumericsAssignment {
  /// The contract of a precision for a target.
  init(_ precision: Precision, for target: Target) {
    switch precision {
    case .fp32: self.init(.fp32FMA)
    case .bf16: self.init(.vdpbf16ps)
    default: self.init(target.integerLimit < 127 ? .u8s7MADDUBS : .u8s8VNNI)
    }
  }
}

extension Lowering {
  /// Lowers `graph` to the contract of a precision.
  static func lower(
    _ graph: ModelGraph, to precision: Precision, calibration: Calibration?, for target: Target = Target()
  ) throws(LoweringError) -> LoweredModel {
    try lower(graph, to: NumericsAssignment(precision, for: target), calibration: calibration, for: target)
  }
}
