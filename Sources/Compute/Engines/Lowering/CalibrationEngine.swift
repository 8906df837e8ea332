import ModelGraph
import NumericFormats

/// The one FP32 that INT8 ranges are measured in, whatever engine then uses them.
///
/// Every element of a product is one chain of fused multiply-adds in the order of its depth, which neither tiles nor
/// threads change, and no convolution is computed by Winograd's algorithm. Everything else runs in functions that are the
/// same on every CPU. So ranges depend on the model and the samples alone, on CPUs that have FMA; on those that have not,
/// products round twice and may end otherwise.
struct CalibrationEngine: Engine {
  let name = "calibration"
  let summary = "FP32 with sums in one order for all threads, instruction sets and engines"
  let implementations: [any OperatorImplementation] = [
    NativeConvolution(), NativeDepthwise(), NativeLinear(), NativeBatchedProduct(), NativeConvert(),
    RowwiseImplementation(source: .generic), ReferenceProducts(), GeneralImplementation(source: .reference),
  ]

  func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
    precision == .fp32 ? .native : .emulated
  }

  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract { .fp32FMA }
}
