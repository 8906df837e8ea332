import Testing

@testable import Harness

@Suite struct BLASCorePolicyTests {
  @Test(arguments: [
    ("auto", "Cooperlake", "SKYLAKEX", true), ("auto", "SkylakeX", "SKYLAKEX", true),
    ("auto", "Haswell", "SKYLAKEX", false), ("auto", "Zen", "HASWELL", true), ("auto", "Prescott", "HASWELL", false),
    ("auto", "Unheard-of", "SKYLAKEX", false), ("SKYLAKEX", "Cooperlake", "SKYLAKEX", false),
  ])
  func autoLeavesAnEqualChoiceToTheLibrary(policy: String, library: String, requested: String, expected: Bool) {
    #expect(BLASCorePolicy.isAsGood(library: library, as: requested, policy: policy) == expected)
  }

  @Test func aNarrowChoiceOfTheLibraryIsWarnedAbout() {
    let warning = BLASCorePolicy.warning(requested: "SKYLAKEX", library: "Haswell", policy: "auto")
    #expect(warning?.contains("its Haswell kernels here (8 floats a vector)") == true)
    #expect(BLASCorePolicy.warning(requested: "SKYLAKEX", library: "Cooperlake", policy: "SKYLAKEX") == nil)
    #expect(BLASCorePolicy.warning(requested: "SKYLAKEX", library: nil, policy: "auto") == nil)
  }

  @Test func namesAreAskedForAndTheLibraryIsNot() {
    #expect(BLASCorePolicy.requestedCore("library") == nil)
    #expect(BLASCorePolicy.requestedCore("zen") == "ZEN")
  }
}
