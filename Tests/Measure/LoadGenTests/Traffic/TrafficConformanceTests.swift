import Testing

@testable import LoadGen

/// Long stretches of traffic against digests of what LoadGen 6.0.17 itself issued to a null system;
/// `scripts/loadgen-conformance` compares many more settings with the package.
@Suite struct TrafficConformanceTests {
  /// FNV-1a, 64 bits, over the little-endian bytes of the numbers as 64-bit integers.
  private func digest(_ numbers: some Sequence<some BinaryInteger>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in numbers {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash = (hash ^ UInt64(truncatingIfNeeded: (Int64(number) >> shift) & 0xFF)) &* 0x100_0000_01B3
      }
    }
    return hash
  }

  struct Case: CustomTestStringConvertible {
    let name: String
    let scenario: TestScenario
    var mode = TestMode.performance
    let total: Int
    let loaded: Int
    let queries: Int
    /// Of Offline's one query.
    var samples = 0
    let digest: UInt64
    var change: @Sendable (inout TestSettings) -> Void = { _ in }
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "SingleStream, part of a library", scenario: .singleStream, total: 50_000, loaded: 1024, queries: 10_000,
      digest: 0x46B2_7FD2_BCA8_F8FF),
    Case(
      name: "MultiStream", scenario: .multiStream, total: 1000, loaded: 1000, queries: 2000,
      digest: 0x657D_F4A8_0598_B743),
    Case(
      name: "MultiStream, whose padding makes shuffles fewer", scenario: .multiStream, total: 100, loaded: 100,
      queries: 205, digest: 0xA348_FFC6_DCF3_BFAB),
    Case(
      name: "Server, an odd number of samples", scenario: .server, total: 10_833, loaded: 10_833, queries: 3000,
      digest: 0xDBE3_F2C4_D973_8415),
    Case(
      name: "more samples than pairs are drawn for", scenario: .singleStream, total: 70_001, loaded: 70_001,
      queries: 5000, digest: 0xA356_B897_EAAD_FD81),
    Case(
      name: "the most samples that pairs are drawn for", scenario: .singleStream, total: 65_535, loaded: 65_535,
      queries: 1000, digest: 0xA641_162C_4416_3E6F),
    Case(
      name: "one sample more", scenario: .singleStream, total: 65_536, loaded: 65_536, queries: 1000,
      digest: 0xDFCD_37FF_9C6B_756A),
    Case(
      name: "Offline", scenario: .offline, total: 100, loaded: 100, queries: 24_576, samples: 24_576,
      digest: 0x66C5_F7A2_C6AB_A8F3),
    Case(
      name: "Offline, permutations", scenario: .offline, total: 64, loaded: 64, queries: 1000, samples: 1024,
      digest: 0x34D7_0AFE_A0F8_4AA5, change: { $0.concatenatesPermutations = true }),
    Case(
      name: "SingleStream, permutations", scenario: .singleStream, total: 64, loaded: 64, queries: 1024,
      digest: 0xE23E_0BE1_B306_2E25,
      change: {
        $0.minQueryCount = 1000
        $0.concatenatesPermutations = true
      }),
    Case(
      name: "SingleStream, accuracy", scenario: .singleStream, mode: .accuracy, total: 250, loaded: 64, queries: 100,
      digest: 0xD309_37B0_C9DD_AB44),
    Case(
      name: "SingleStream, accuracy, permutations", scenario: .singleStream, mode: .accuracy, total: 250, loaded: 64,
      queries: 100, digest: 0x7F55_EA00_E52C_A764, change: { $0.concatenatesPermutations = true }),
    Case(
      name: "SingleStream, accuracy, unique", scenario: .singleStream, mode: .accuracy, total: 250, loaded: 64,
      queries: 100, digest: 0xD046_3A51_3DA3_A5E4, change: { $0.issue = .unique }),
    Case(
      name: "MultiStream, accuracy", scenario: .multiStream, mode: .accuracy, total: 250, loaded: 64, queries: 100,
      digest: 0x76FB_7B0F_5C79_15EB),
    Case(
      name: "Offline, accuracy", scenario: .offline, mode: .accuracy, total: 250, loaded: 64, queries: 100,
      samples: 250, digest: 0xE9F0_33DD_A714_8EA4),
    Case(
      name: "SingleStream, unique", scenario: .singleStream, total: 250, loaded: 64, queries: 100,
      digest: 0xFA3C_0AA7_BC00_F845, change: { $0.issue = .unique }),
    Case(
      name: "MultiStream, unique", scenario: .multiStream, total: 250, loaded: 60, queries: 100,
      digest: 0x6E44_FFF6_680A_0920, change: { $0.issue = .unique }),
    Case(
      name: "MultiStream, the same", scenario: .multiStream, total: 250, loaded: 60, queries: 3,
      digest: 0x1E4D_CCCC_63F7_4E9A, change: { $0.issue = .same(index: 57) }),
    Case(
      name: "seeds beyond 32 bits", scenario: .singleStream, total: 300, loaded: 300, queries: 3000,
      digest: 0x7E63_ED2E_553A_2351,
      change: { $0.seeds = RandomSeeds(library: 1 << 33 + 5, sampleIndex: 1 << 40 + 12_345, schedule: 1) }),
  ]

  @Test(arguments: cases)
  func samplesAreThoseThatLoadGenIssued(of test: Case) throws {
    var settings = TestSettings(scenario: test.scenario, mode: test.mode)
    settings.minDuration = 0
    settings.minQueryCount = test.queries
    test.change(&settings)
    let issued = try queries(
      settings, total: test.total, performanceCount: test.loaded,
      first: test.samples > 0 ? test.samples / 16 + 1 : test.queries)
    let samples = issued.joined()
    #expect(digest(test.samples > 0 ? Array(samples.prefix(test.samples)) : Array(samples)) == test.digest)
  }

  @Test func arrivalsAreThoseThatLoadGenScheduled() {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1234.567 * 100
    var schedule = ArrivalSchedule(settings: settings)
    let due = (0..<5000).map { _ in schedule.next() ?? -1 }
    #expect(due.last == 40_287_703)
    #expect(digest(due) == 0x1E4A_21E0_0B09_E974)
  }

  @Test func aNumberOfResponsesIsLoggedAsInLoadGen() throws {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 200_000
    settings.minDuration = 10_000_000
    settings.minQueryCount = 3000
    settings.accuracyLogSamplingTarget = 128
    settings.seeds.accuracyLog = 720_381_539_243_781_796
    let places = try logged(settings, samples: 3000)
    #expect(places.count == 116)
    #expect(digest(places) == 0x1C9D_A392_08B6_817A)
  }

  @Test func aShareOfResponsesIsLoggedAsInLoadGen() throws {
    var settings = TestSettings(scenario: .multiStream)
    settings.minQueryCount = 400
    settings.accuracyLogProbability = 0.1
    settings.seeds.accuracyLog = 3
    let places = try logged(settings, samples: 3200)
    #expect(places.count == 348)
    #expect(digest(places) == 0xF5D2_70A9_EF5A_E3D2)
  }

  private func logged(_ settings: TestSettings, samples: Int) throws -> [Int] {
    var sampler = AccuracyLogSampler(settings: try settings.effective(total: 100, performanceCount: 100))
    return (0..<samples).filter { _ in sampler.next() }
  }
}
