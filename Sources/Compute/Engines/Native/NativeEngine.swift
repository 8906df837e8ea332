import CKernels
import ModelGraph
import NumericFormats

/// Our own kernels on activations in their true size, images with their channels last.
///
/// What they do not compute, the implementations of `openblas` compute on floats: at FP32 nearly as well, at other
/// precisions as an emulation, which ``NodeAssignment/execution`` says of the node.
struct NativeEngine: Engine {
  let name = "native"
  let summary = "our own kernels on activations in their true size; what they do not compute, as openblas does"
  let implementations: [any OperatorImplementation] =
    [
      WinogradConvolution(), NativeConvolution(), NativeDepthwise(), NativeLinear(), NativeAttention(),
      NativeBatchedProduct(), NativePooling(), NativeLayerNorm(), NativeRowwise(), NativeConvert(),
    ] + OpenBLASEngine().implementations

  /// Native where the matrix kernel that multiplies has the precision's own instructions.
  func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
    guard let kernel = kernel(precision, features) else { return .emulated }
    switch precision {
    case .fp32: return .native
    case .bf16: return kernel.features.contains(.avx512BF16) ? .native : .emulated
    case .int8: return kernel.features.isEmpty ? .emulated : .native
    default: return .emulated
    }
  }

  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    switch precision {
    case .fp32: return .fp32FMA
    // The kernels for CPUs without the instruction add as it does.
    case .bf16: return .vdpbf16ps
    case .int8:
      let types = kernel(precision, features)?.types
      return types == CKERNELS_GEMM_U8S7 ? .u8s7MADDUBS : .u8s8VNNI
    default: preconditionFailure("only the emulator runs \(precision.rawValue)")
    }
  }

  /// The kernel of a precision for these instruction sets.
  private func kernel(_ precision: Precision, _ features: CPUFeatures) -> GemmKernel? {
    let limit = KernelTable.current.integerWeightLimit(on: features)
    let accumulation: Accumulation =
      switch precision {
      case .bf16: .fp32OddEvenPairs
      case .int8: limit <= KernelTable.sevenBitLimit ? .s16SaturatingPairs : .s32Wrapping
      default: .fp32Chain
      }
    return GemmKernel.select(accumulation, for: Target(features: features, integerLimit: limit))
  }
}
