import Testing

@testable import Engines

@Suite struct BLASLibraryTests {
  private static let avx2: CPUFeatures = [.avx2, .fma]
  private static let avx512 = avx2.union([.avx512F, .avx512BW, .avx512CD, .avx512DQ, .avx512VL])

  @Test(
    arguments: [
      ([], nil), (.avx2, nil), (avx2, "HASWELL"), (avx2.union(.avx512F), "HASWELL"), (avx512, "SKYLAKEX"),
      (avx512.union(.avx512BF16), "SKYLAKEX"),
    ] as [(CPUFeatures, String?)])
  func theBestCoreFollowsTheFeatures(features: CPUFeatures, expected: String?) {
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
