import CKernels
import Testing

@testable import Engines

@Suite struct BLASLibraryTests {
  private static let avx2 = CKERNELS_FEATURE_AVX2.rawValue | CKERNELS_FEATURE_FMA.rawValue
  private static let avx512 =
    avx2 | CKERNELS_FEATURE_AVX512F.rawValue | CKERNELS_FEATURE_AVX512BW.rawValue
    | CKERNELS_FEATURE_AVX512CD.rawValue | CKERNELS_FEATURE_AVX512DQ.rawValue | CKERNELS_FEATURE_AVX512VL.rawValue

  @Test(arguments: [
    (UInt32(0), nil), (CKERNELS_FEATURE_AVX2.rawValue, nil), (avx2, "HASWELL"),
    (avx2 | CKERNELS_FEATURE_AVX512F.rawValue, "HASWELL"), (avx512, "SKYLAKEX"),
    (avx512 | CKERNELS_FEATURE_AVX512_BF16.rawValue, "SKYLAKEX"),
  ])
  func theBestCoreFollowsTheFeatures(features: UInt32, expected: String?) {
    #expect(BLASLibrary.bestCore(features: features) == expected)
  }

  @Test func theLoadedLibraryNamesItsCoreAndVersion() {
    #expect(BLASLibrary.configuration.contains("OpenBLAS"))
    // What the configuration says last before the thread limit is the core in use.
    #expect(BLASLibrary.configuration.lowercased().contains(BLASLibrary.coreName.lowercased()))
    #expect(BLASLibrary.version.split(separator: ".").count >= 2)
    #expect(BLASLibrary.threadsPerCall >= 1)
  }

  @Test(arguments: [("SkylakeX", 16), ("Haswell", 8), ("Nehalem", 4)])
  func widthsAreFoundWhateverTheCase(core: String, width: Int) {
    #expect(BLASLibrary.vectorWidth(ofCore: core) == width)
  }
}
