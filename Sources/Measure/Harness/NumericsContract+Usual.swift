import Engines
import NumericFormats

extension NumericsContract {
  /// Those that whole models can run under: all but the oracles, which sum in FP64, and what leaves the order of sums to a
  /// library.
  public static let emulated = all.filter { $0.accumulation != .fp64Chain && $0.accumulation != .fp32Library }

  /// The contracts that are compared where nobody says which: one of each family, and what the default engine computes
  /// natively with these instruction sets.
  public static func usual(on features: CPUFeatures) -> [NumericsContract] {
    let families: [NumericsContract] = [
      .fp16FP32Acc, .vdpbf16ps, .bf16Truncate, .fp8E4M3FP32Acc, .mxfp8E4M3, .mxfp6E2M3, .mxfp4E2M1, .u8s8MADDUBS,
      .u8s8VNNI, .w4FP32Acc,
    ]
    let engine = EngineRegistry.defaultEngine
    let native = Precision.measurable.filter { $0 != .fp32 && engine.execution(of: $0, on: features) == .native }
      .map { engine.contract(for: $0, on: features) }
    return families + native.filter { !families.contains($0) }
  }
}
