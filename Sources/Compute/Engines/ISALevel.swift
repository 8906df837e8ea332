import CKernels

/// The instruction-set levels of Assay's own kernels, oldest first; a level includes the ones before it.
public enum ISALevel: String, Codable, CaseIterable, Comparable, Hashable, Sendable {
  /// Plain C.
  case generic
  /// AVX2, FMA and F16C.
  case avx2
  /// AVX-512 F, BW, CD, DQ and VL.
  case avx512

  /// The highest level that this CPU and operating system run.
  public static func detect() -> ISALevel { ISALevel(ckernels_isa_for_features(ckernels_cpu_features())) }

  /// The highest level of this CPU that does not exceed `cap`.
  public static func detect(cappedAt cap: ISALevel?) -> ISALevel { min(detect(), cap ?? .avx512) }

  /// Every level that this CPU runs, oldest first.
  public static var available: [ISALevel] { allCases.filter { $0 <= detect() } }

  /// Orders by age.
  public static func < (left: ISALevel, right: ISALevel) -> Bool { left.rank < right.rank }

  private var rank: UInt32 { kernelLevel.rawValue }

  /// The C name of the level.
  var kernelLevel: ckernels_isa {
    switch self {
    case .generic: CKERNELS_ISA_GENERIC
    case .avx2: CKERNELS_ISA_AVX2
    case .avx512: CKERNELS_ISA_AVX512
    }
  }

  private init(_ level: ckernels_isa) {
    self =
      switch level {
      case CKERNELS_ISA_AVX512: .avx512
      case CKERNELS_ISA_AVX2: .avx2
      default: .generic
      }
  }
}
