import ModelGraph
import NumericFormats

/// The oracle: obvious loops in a fixed order, FP64 sums, libm functions.
///
/// Its BF16 and INT8 follow the same roundings as every other engine's; only the order and width of sums differ.
struct ReferenceEngine: Engine {
  let name = "reference"
  let summary = "obvious loops, FP64 sums in index order; the oracle, not for speed"
  let implementations: [any OperatorImplementation] = [
    ReferenceProducts(), RowwiseImplementation(source: .reference),
    GeneralImplementation(source: .reference),
  ]

  func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
    precision == .fp32 ? .native : .emulated
  }

  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    switch precision {
    case .fp32: .fp32FP64
    case .bf16: .bf16FP64
    case .int8: .u8s8VNNI
    default: preconditionFailure("only the emulator runs \(precision.rawValue)")
    }
  }
}
