import CKernels

/// Instruction sets that Assay's own kernels and conformance checks can use: what a CPU has, what a kernel needs, what a cap leaves.
///
/// The bits are those of `ckernels_feature`. Kernels are chosen by sets of these, never by the CPU's name.
public struct CPUFeatures: OptionSet, Hashable, Sendable {
  /// `ckernels_feature` bits.
  public let rawValue: UInt32

  /// Makes a set from `ckernels_feature` bits; unknown bits are kept.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(_ feature: ckernels_feature) { self.init(rawValue: feature.rawValue) }

  /// SSE3.
  public static let sse3 = CPUFeatures(CKERNELS_FEATURE_SSE3)
  /// AVX.
  public static let avx = CPUFeatures(CKERNELS_FEATURE_AVX)
  /// AVX2.
  public static let avx2 = CPUFeatures(CKERNELS_FEATURE_AVX2)
  /// Fused multiply-add on three operands.
  public static let fma = CPUFeatures(CKERNELS_FEATURE_FMA)
  /// Conversions between FP16 and FP32.
  public static let f16c = CPUFeatures(CKERNELS_FEATURE_F16C)
  /// VPDPBUSD on 256 bits, VEX-encoded.
  public static let avxVNNI = CPUFeatures(CKERNELS_FEATURE_AVX_VNNI)
  /// AVX-512 foundation.
  public static let avx512F = CPUFeatures(CKERNELS_FEATURE_AVX512F)
  /// AVX-512 on bytes and words.
  public static let avx512BW = CPUFeatures(CKERNELS_FEATURE_AVX512BW)
  /// AVX-512 conflict detection.
  public static let avx512CD = CPUFeatures(CKERNELS_FEATURE_AVX512CD)
  /// AVX-512 on doublewords and quadwords.
  public static let avx512DQ = CPUFeatures(CKERNELS_FEATURE_AVX512DQ)
  /// AVX-512 on 128 and 256 bits.
  public static let avx512VL = CPUFeatures(CKERNELS_FEATURE_AVX512VL)
  /// VPDPBUSD on 512 bits.
  public static let avx512VNNI = CPUFeatures(CKERNELS_FEATURE_AVX512_VNNI)
  /// VDPBF16PS.
  public static let avx512BF16 = CPUFeatures(CKERNELS_FEATURE_AVX512_BF16)
  /// VFMADD231PH and the other instructions on FP16.
  public static let avx512FP16 = CPUFeatures(CKERNELS_FEATURE_AVX512_FP16)
  /// VPDPBSSD on 256 bits.
  public static let avxVNNIInt8 = CPUFeatures(CKERNELS_FEATURE_AVX_VNNI_INT8)
  /// AMX tiles, which a process must ask Linux for before it uses them.
  public static let amxTile = CPUFeatures(CKERNELS_FEATURE_AMX_TILE)
  /// TDPBF16PS.
  public static let amxBF16 = CPUFeatures(CKERNELS_FEATURE_AMX_BF16)
  /// TDPBSSD and its relatives.
  public static let amxInt8 = CPUFeatures(CKERNELS_FEATURE_AMX_INT8)

  /// What this CPU has and the operating system has enabled; empty on architectures other than x86-64.
  public static func detect() -> CPUFeatures { CPUFeatures(rawValue: ckernels_cpu_features()) }

  /// What this CPU has of what `cap` names; nil caps nothing.
  public static func detect(cappedAt cap: ISALevel?) -> CPUFeatures { detect().capped(at: cap) }

  /// The features that `cap` names too; nil caps nothing.
  public func capped(at cap: ISALevel?) -> CPUFeatures { cap.map { intersection($0.features) } ?? self }

  /// The last level of ``ISALevel/allCases`` all of whose features are here.
  public var level: ISALevel { ISALevel.allCases.last { isSuperset(of: $0.features) } ?? .generic }

  /// The names as Linux spells them in /proc/cpuinfo, oldest instruction set first.
  public var names: [String] { Self.named.filter { contains($0.feature) }.map(\.name) }

  /// Which of the tables of row-wise operators runs here; there are three (`ckernels_isa`).
  var operatorTable: ckernels_isa { ckernels_isa_for_features(rawValue) }

  private static let named: [(feature: CPUFeatures, name: String)] = [
    (.sse3, "pni"), (.avx, "avx"), (.f16c, "f16c"), (.fma, "fma"), (.avx2, "avx2"), (.avxVNNI, "avx_vnni"),
    (.avx512F, "avx512f"), (.avx512CD, "avx512cd"), (.avx512BW, "avx512bw"), (.avx512DQ, "avx512dq"),
    (.avx512VL, "avx512vl"), (.avx512VNNI, "avx512_vnni"), (.avx512BF16, "avx512_bf16"),
    (.avx512FP16, "avx512_fp16"), (.avxVNNIInt8, "avx_vnni_int8"), (.amxTile, "amx_tile"), (.amxBF16, "amx_bf16"),
    (.amxInt8, "amx_int8"),
  ]
}
