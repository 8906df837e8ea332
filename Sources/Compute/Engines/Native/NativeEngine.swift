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
      WinogradConvolution(), NativeConvolution(), NativeLinear(), NativeAttention(), NativePooling(),
      NativeLayerNorm(), NativeRowwise(), NativeConvert(),
    ] + OpenBLASEngine().implementations

  func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
    switch precision {
    case .fp32: .native
    case .bf16: Self.multipliesBF16(features) ? .native : .emulated
    case .int8: Self.multipliesBytes(features) ? .native : .emulated
    }
  }

  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    switch precision {
    case .fp32: .fp32FMA
    case .bf16: Self.multipliesBF16(features) ? .bf16VDPBF16PS : .bf16RNESGEMM
    case .int8: Self.addsFourBytes(features) || !Self.multipliesBytes(features) ? .u8s8VNNI : .u8s7MADDUBS
    }
  }

  /// Whether there is VDPBF16PS.
  static func multipliesBF16(_ features: CPUFeatures) -> Bool {
    features.isSuperset(of: ISALevel.avx512CoreBF16.features)
  }

  /// Whether there is VPDPBUSD.
  static func addsFourBytes(_ features: CPUFeatures) -> Bool {
    features.isSuperset(of: ISALevel.avx512CoreVNNI.features) || features.isSuperset(of: ISALevel.avx2VNNI.features)
  }

  /// Whether there is VPDPBUSD or VPMADDUBSW.
  static func multipliesBytes(_ features: CPUFeatures) -> Bool {
    features.isSuperset(of: ISALevel.avx2.features)
  }
}
