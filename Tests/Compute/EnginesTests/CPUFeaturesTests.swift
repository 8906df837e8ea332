import CKernels
import Testing

@testable import Engines

@Suite struct CPUFeaturesTests {
  /// Machines as they are sold, by what CPUID says of them.
  static let haswell: CPUFeatures = [.sse3, .avx, .avx2, .fma, .f16c]
  static let alderLake = haswell.union(.avxVNNI)
  static let skylakeX = haswell.union([.avx512F, .avx512BW, .avx512CD, .avx512DQ, .avx512VL])
  static let iceLake = skylakeX.union(.avx512VNNI)
  static let zen4 = iceLake.union(.avx512BF16)
  static let sapphireRapids = zen4.union(.avxVNNI)

  @Test(
    arguments: [
      ([], .generic), ([.sse3, .avx], .generic), (haswell, .avx2), (haswell.subtracting(.fma), .generic),
      (alderLake, .avx2VNNI), (skylakeX, .avx512Core), (skylakeX.union(.avxVNNI), .avx512Core),
      (skylakeX.subtracting(.avx512DQ), .avx2), (skylakeX.union(.avx512BF16), .avx512Core), (iceLake, .avx512CoreVNNI),
      (zen4, .avx512CoreBF16), (sapphireRapids, .avx512CoreBF16), (CPUFeatures(rawValue: .max), .avx512CoreBF16),
    ] as [(CPUFeatures, ISALevel)])
  func theLevelIsTheLastThatIsWhole(features: CPUFeatures, level: ISALevel) {
    #expect(features.level == level)
  }

  @Test(
    arguments: [
      // (CPU, cap, level that remains)
      (sapphireRapids, nil, .avx512CoreBF16), (sapphireRapids, .avx512CoreVNNI, .avx512CoreVNNI),
      (sapphireRapids, .avx512Core, .avx512Core), (sapphireRapids, .avx2VNNI, .avx2VNNI),
      // Zen 4 has VPDPBUSD on 512 bits only.
      (zen4, .avx2VNNI, .avx2), (zen4, .avx2, .avx2), (zen4, .generic, .generic),
      (alderLake, .avx512CoreBF16, .avx2), (haswell, .avx512CoreBF16, .avx2), ([], .avx512CoreBF16, .generic),
    ] as [(CPUFeatures, ISALevel?, ISALevel)])
  func aCapLeavesWhatBothHave(features: CPUFeatures, cap: ISALevel?, level: ISALevel) {
    let capped = features.capped(at: cap)
    #expect(capped.level == level)
    #expect(capped.isSubset(of: features))
    #expect(cap == nil ? capped == features : capped.isSubset(of: cap?.features ?? []))
  }

  @Test(
    arguments: [
      (.generic, CKERNELS_ISA_GENERIC), (.avx2, CKERNELS_ISA_AVX2), (.avx2VNNI, CKERNELS_ISA_AVX2),
      (.avx512Core, CKERNELS_ISA_AVX512), (.avx512CoreVNNI, CKERNELS_ISA_AVX512),
      (.avx512CoreBF16, CKERNELS_ISA_AVX512),
    ] as [(ISALevel, ckernels_isa)])
  func eachLevelHasATableOfRowwiseOperators(level: ISALevel, table: ckernels_isa) {
    #expect(level.features.operatorTable == table)
  }

  @Test func namesAreThoseOfLinux() {
    #expect(
      Self.zen4.names == [
        "pni", "avx", "f16c", "fma", "avx2", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni",
        "avx512_bf16",
      ])
    #expect(CPUFeatures.avxVNNI.names == ["avx_vnni"])
    #expect(CPUFeatures([]).names == [])
  }

  @Test func thisMachineRunsItsOwnLevel() {
    let detected = CPUFeatures.detect()
    #expect(detected.rawValue == ckernels_cpu_features())
    #expect(ISALevel.available.last == detected.level)
    #expect(ISALevel.available.first == .generic)
    #expect(CPUFeatures.detect(cappedAt: .generic) == [])
    #expect(
      ISALevel.availableOperatorTables.map(\.features.operatorTable.rawValue)
        == Array(0...detected.operatorTable.rawValue))
  }
}
