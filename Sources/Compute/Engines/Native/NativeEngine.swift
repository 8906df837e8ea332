import ModelGraph
import NumericFormats

/// Our own kernels on activations in their true size, images with their channels last; what they decline, the
/// implementations of `openblas` compute on floats.
struct NativeEngine: Engine {
  let name = "native"
  let summary = "our own kernels on activations in their true size; what they do not compute, as openblas does"
  let implementations: [any OperatorImplementation] =
    [
      WinogradConvolution(), NativeConvolution(), NativeLinear(), NativePooling(), NativeLayerNorm(), NativeRowwise(),
      NativeConvert(),
    ] + OpenBLASEngine().implementations

  func execution(of precision: Precision) -> Execution { OpenBLASEngine().execution(of: precision) }
  func contract(for precision: Precision) -> NumericsContract { OpenBLASEngine().contract(for: precision) }
}
