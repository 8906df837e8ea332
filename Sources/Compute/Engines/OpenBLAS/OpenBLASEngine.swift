import ModelGraph
import NumericFormats

/// Matrix products by CBLAS, called from each of our own pinned threads on its part; everything else by our own kernels.
struct OpenBLASEngine: Engine {
  let name = "openblas"
  let summary = "CBLAS matrix products on our own pinned threads, im2col convolution, vectorised row-wise kernels"
  let implementations: [any OperatorImplementation] = [
    DepthwiseConvolution(), OpenBLASConvolution(kind: .pointwise), OpenBLASConvolution(kind: .im2col), OpenBLASLinear(),
    OpenBLASBatchedProduct(), RowwiseImplementation(source: .kernels), ReferenceProducts(),
    GeneralImplementation(source: .kernels),
  ]

  init() { BLASLibrary.useOneThreadPerCall() }

  func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
    precision == .fp32 ? .native : .emulated
  }

  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    switch precision {
    case .fp32: .fp32SGEMM
    case .bf16: .bf16RNESGEMM
    case .int8: .u8s8VNNI
    default: preconditionFailure("only the emulator runs \(precision.rawValue)")
    }
  }
}
