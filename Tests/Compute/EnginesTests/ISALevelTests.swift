import Testing

@testable import Engines

@Suite struct ISALevelTests {
  @Test func levelsIncludeEachOtherPartly() {
    /// Every pair (a, b) of different levels where a has all that b has.
    var pairs: [String] = []
    for a in ISALevel.allCases {
      for b in ISALevel.allCases where a != b && a.features.isSuperset(of: b.features) {
        pairs.append("\(a.rawValue) > \(b.rawValue)")
      }
    }
    #expect(
      pairs == [
        "avx2 > generic", "avx2_vnni > generic", "avx2_vnni > avx2", "avx512_core > generic", "avx512_core > avx2",
        "avx512_core_vnni > generic", "avx512_core_vnni > avx2", "avx512_core_vnni > avx512_core",
        "avx512_core_bf16 > generic", "avx512_core_bf16 > avx2", "avx512_core_bf16 > avx512_core",
        "avx512_core_bf16 > avx512_core_vnni",
      ])
  }

  @Test(arguments: ISALevel.allCases)
  func aLevelIsWhatItsOwnFeaturesMake(level: ISALevel) {
    #expect(level.features.level == level)
    #expect(ISALevel(named: level.rawValue) == level)
    #expect(ISALevel(named: level.rawValue.uppercased()) == level)
    #expect(ISALevel.standIn(for: level.rawValue) == nil)
  }

  @Test func theFormerNameStands() {
    #expect(ISALevel(named: "avx512") == .avx512Core)
    #expect(ISALevel(named: "AVX512") == .avx512Core)
    #expect(!ISALevel.optionNames.split(separator: ", ").contains("avx512"))
  }

  @Test(arguments: ["avx512_core_amx", "AVX512_CORE_AMX_FP16"])
  func theLevelsWithAMXHaveAStandIn(name: String) { #expect(ISALevel.standIn(for: name) == .avx512CoreBF16) }

  @Test(arguments: ["", "avx3", "avx512_core_amx", "avx512-core", " avx2"])
  func otherNamesAreNone(name: String) { #expect(ISALevel(named: name) == nil) }
}
