import ModelGraph
import NumericFormats

/// Any contract, bit by bit, whatever the CPU has: the native engine's kernels with the contract's products.
///
/// Every element of a product is one sum in the order that the contract fixes, which neither tiles nor threads nor
/// instruction sets change; normalisations and softmax run in the functions for any CPU. Its time means nothing.
public struct EmulatorEngine: Engine {
  /// `emulator`.
  public let name = "emulator"
  /// One line for listings.
  public let summary = "any numerics contract bit by bit, on whatever the CPU has; not for speed"
  /// The implementations in order of preference.
  public let implementations: [any OperatorImplementation] = [
    EmulatedConvert(), NativeConvolution(computesDepthwise: true), NativeLinear(), NativeBatchedProduct(),
    NativePooling(), NativeConvert(), RowwiseImplementation(source: .generic),
    GeneralImplementation(source: .reference),
  ]

  /// Makes the engine.
  public init() {}

  /// It keeps contracts bit by bit.
  public let isEmulator = true

  /// Always emulated.
  public func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .emulated }

  /// The contract of a precision where nobody names one.
  public func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    switch precision {
    case .fp32: .fp32FMA
    case .tf32: .tf32FP32Acc
    case .bf16: .vdpbf16ps
    case .fp16: .fp16FMA
    case .fp8: .fp8E4M3FP32Acc
    case .mx: .mxfp8E4M3
    case .int8: .u8s8VNNI
    case .int4: .w4FP32Acc
    }
  }
}
