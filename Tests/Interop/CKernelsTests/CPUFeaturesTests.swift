import CKernels
import Testing

@Suite("CPU features")
struct CPUFeaturesTests {
  static let avx2 =
    CKERNELS_FEATURE_AVX2.rawValue | CKERNELS_FEATURE_FMA.rawValue | CKERNELS_FEATURE_F16C.rawValue
  static let avx512 =
    avx2 | CKERNELS_FEATURE_AVX512F.rawValue | CKERNELS_FEATURE_AVX512BW.rawValue
    | CKERNELS_FEATURE_AVX512CD.rawValue | CKERNELS_FEATURE_AVX512DQ.rawValue | CKERNELS_FEATURE_AVX512VL.rawValue

  @Test(
    "a level needs all of its features",
    arguments: [
      (0, CKERNELS_ISA_GENERIC),
      (CKERNELS_FEATURE_SSE3.rawValue | CKERNELS_FEATURE_AVX.rawValue, CKERNELS_ISA_GENERIC),
      (avx2, CKERNELS_ISA_AVX2),
      (avx2 & ~CKERNELS_FEATURE_FMA.rawValue, CKERNELS_ISA_GENERIC),
      (avx2 & ~CKERNELS_FEATURE_F16C.rawValue, CKERNELS_ISA_GENERIC),
      (avx2 | CKERNELS_FEATURE_AVX_VNNI.rawValue, CKERNELS_ISA_AVX2),
      (avx512, CKERNELS_ISA_AVX512),
      (avx512 & ~CKERNELS_FEATURE_AVX512F.rawValue, CKERNELS_ISA_AVX2),
      (avx512 & ~CKERNELS_FEATURE_AVX512BW.rawValue, CKERNELS_ISA_AVX2),
      (avx512 & ~CKERNELS_FEATURE_AVX512CD.rawValue, CKERNELS_ISA_AVX2),
      (avx512 & ~CKERNELS_FEATURE_AVX512DQ.rawValue, CKERNELS_ISA_AVX2),
      (avx512 & ~CKERNELS_FEATURE_AVX512VL.rawValue, CKERNELS_ISA_AVX2),
      (avx512 & ~CKERNELS_FEATURE_AVX2.rawValue, CKERNELS_ISA_GENERIC),
      (UInt32.max, CKERNELS_ISA_AVX512),
    ] as [(UInt32, ckernels_isa)])
  func level(features: UInt32, level: ckernels_isa) {
    #expect(ckernels_isa_for_features(features) == level)
  }

  #if arch(x86_64)
    /// The kernel shows a feature only where it has enabled its state, so the two sources must agree.
    @Test(
      "detection agrees with /proc/cpuinfo",
      arguments: [
        ("avx", CKERNELS_FEATURE_AVX), ("avx2", CKERNELS_FEATURE_AVX2), ("fma", CKERNELS_FEATURE_FMA),
        ("f16c", CKERNELS_FEATURE_F16C), ("avx512f", CKERNELS_FEATURE_AVX512F),
        ("avx512bw", CKERNELS_FEATURE_AVX512BW), ("avx512cd", CKERNELS_FEATURE_AVX512CD),
        ("avx512dq", CKERNELS_FEATURE_AVX512DQ), ("avx512vl", CKERNELS_FEATURE_AVX512VL),
        ("avx512_vnni", CKERNELS_FEATURE_AVX512_VNNI), ("avx512_bf16", CKERNELS_FEATURE_AVX512_BF16),
        ("avx_vnni", CKERNELS_FEATURE_AVX_VNNI), ("pni", CKERNELS_FEATURE_SSE3),
        ("avx512_fp16", CKERNELS_FEATURE_AVX512_FP16), ("avx_vnni_int8", CKERNELS_FEATURE_AVX_VNNI_INT8),
        ("amx_tile", CKERNELS_FEATURE_AMX_TILE), ("amx_bf16", CKERNELS_FEATURE_AMX_BF16),
        ("amx_int8", CKERNELS_FEATURE_AMX_INT8),
      ] as [(String, ckernels_feature)])
    func detection(flag: String, feature: ckernels_feature) throws {
      let flags = try #require(CPUInfo.flags, "no flags line in /proc/cpuinfo")
      #expect((ckernels_cpu_features() & feature.rawValue != 0) == flags.contains(flag))
    }
  #endif

  @Test("each level's table says which level it is", arguments: Level.available)
  func table(level: Level) { #expect(level.table.isa == level.isa) }
}
