import LoadGen
import MLPerf
import Testing

@Suite struct AuditTests {
  private static func score(
    _ scenario: TestScenario, _ value: Double, bound: Int64? = nil, isValid: Bool = true
  ) -> AuditScore { AuditScore(scenario: scenario, value: value, bound: bound, isValid: isValid) }

  private static let accuracy = LogFixtures.responses(8)

  private static func test01(_ responses: [LoggedResponse]) -> AuditVerdict {
    .test01(
      responses: responses, accuracy: accuracy, reference: score(.offline, 100), audited: score(.offline, 100))
  }

  @Test func comparesWholeResponses() {
    var repeated = [accuracyResponse(3, id: 0), accuracyResponse(3, id: 9), accuracyResponse(1, id: 2)]
    #expect(Self.test01(repeated).passes)
    repeated[2].data[2] ^= 1
    #expect(!Self.test01(repeated).passes)
    #expect(Self.test01(repeated).checks.first?.sentence.hasPrefix("2 of 3 responses are those") == true)
    // A prefix is not the response, nor is more than it.
    repeated[2].data = Array(accuracyResponse(1, id: 2).data.dropLast())
    #expect(!Self.test01(repeated).passes)
    repeated[2].data = accuracyResponse(1, id: 2).data + [0]
    #expect(!Self.test01(repeated).passes)
    #expect(!Self.test01([LoggedResponse(id: 0, index: 99, data: [])]).passes)
    #expect(!Self.test01([]).passes)
  }

  private func accuracyResponse(_ place: Int, id: UInt64) -> LoggedResponse {
    LoggedResponse(id: id, index: Self.accuracy[place].index, data: Self.accuracy[place].data)
  }

  /// 10 %, and 20 % up to 0.2 ms of SingleStream and 1.6 ms of MultiStream.
  @Test(arguments: [
    (TestScenario.offline, 1000.0, 1100.0, true), (.offline, 1000, 1101, false), (.offline, 1000, 900, true),
    (.offline, 1000, 899, false), (.server, 1000, 1101, false), (.singleStream, 200_001, 230_000, false),
    (.singleStream, 200_000, 240_000, true), (.singleStream, 200_000, 240_001, false),
    (.multiStream, 1_600_000, 1_920_000, true), (.multiStream, 1_600_001, 1_900_000, false),
  ])
  func boundsWhatKeepingResponsesCosts(scenario: TestScenario, reference: Double, audited: Double, passes: Bool) {
    let verdict = AuditVerdict.test01(
      responses: Self.accuracy, accuracy: Self.accuracy, reference: Self.score(scenario, reference),
      audited: Self.score(scenario, audited))
    #expect(verdict.passes == passes)
    #expect(verdict.checks.map(\.name) == ["accuracy", "performance"])
    #expect(verdict.reference?.value == reference)
    #expect(verdict.audited?.value == audited)
  }

  /// Slower is no offence; a smaller latency is faster.
  @Test(arguments: [
    (TestScenario.offline, 1000.0, 1100.0, true), (.offline, 1000, 1101, false), (.offline, 1000, 10, true),
    (.server, 1000, 1200, false), (.singleStream, 1_100_000, 1_000_000, true),
    (.singleStream, 1_101_000, 1_000_000, false), (.singleStream, 1_000_000, 9_000_000, true),
    (.singleStream, 120_000, 100_000, true), (.singleStream, 121_000, 100_000, false),
    (.multiStream, 8_000_000, 1_000_000, false),
  ])
  func refusesRepeatedSamplesThatAreFaster(scenario: TestScenario, reference: Double, audited: Double, passes: Bool) {
    let verdict = AuditVerdict.test04(
      reference: Self.score(scenario, reference), audited: Self.score(scenario, audited))
    #expect(verdict.passes == passes)
  }

  @Test func refusesRunsThatCannotBeCompared() {
    let good = Self.score(.server, 100, bound: 5)
    for other in [
      nil, Self.score(.server, 100, bound: 6), Self.score(.server, 100, bound: 5, isValid: false),
      Self.score(.offline, 100),
    ] {
      #expect(!AuditVerdict.test04(reference: good, audited: other).passes)
      #expect(!AuditVerdict.test04(reference: other, audited: good).passes)
    }
    #expect(AuditVerdict.test04(reference: good, audited: good).passes)
  }

  @Test(arguments: TestScenario.allCases)
  func takesTheSameScoreFromARunAndItsLog(scenario: TestScenario) throws {
    let log = LogFixtures.log(scenario) {
      if scenario == .multiStream { $0.earlyStopping?.latency = 4_084_817 }
    }
    let text = try LogFixtures.text(MLPerfLogWriter.FileName.detail, of: log)
    let detail = try DetailLog(parsing: Array(text.utf8), path: "d")
    let score = try #require(AuditScore(log))
    #expect(score == AuditScore(detail))
    let expected: [TestScenario: Double] = [
      .singleStream: 1_171_267, .multiStream: 4_084_817, .server: 1032.2397908, .offline: 696.0976764,
    ]
    #expect(abs(score.value - (expected[scenario] ?? 0)) < 1e-6)
  }

  @Test func tellsBothScores() {
    let latency = AuditVerdict.test04(
      reference: Self.score(.singleStream, 1_234_567), audited: Self.score(.singleStream, 1_500_000))
    #expect(latency.checks.last?.sentence.contains("(1.5 ms, and 1.235 ms with drawn samples)") == true)
    let rate = AuditVerdict.test01(
      responses: Self.accuracy, accuracy: Self.accuracy, reference: Self.score(.offline, 200),
      audited: Self.score(.offline, 190))
    #expect(rate.checks.last?.sentence.contains("190.0 samples/s, 95.0 % of the reference's 200.0 samples/s") == true)
  }

  @Test func hasNoScoreWhereThereIsNone() throws {
    #expect(AuditScore(LogFixtures.log(.multiStream)) == nil)
    #expect(AuditScore(LogFixtures.log(.offline, mode: .accuracy)) == nil)
  }

  @Test func asksForWhatTheOfficialFilesDo() throws {
    let reference = Profile.mlperf.settings(for: .server, benchmark: .resnet50)
    var official = reference
    try UserConf(
      parsing: """
        *.*.mode = 2
        *.*.accuracy_log_rng_seed = 720381539243781796
        *.*.accuracy_log_sampling_target = 1024
        """, file: "audit.config"
    ).apply(to: &official, model: "resnet50")
    #expect(Audit.test01.settings(from: reference) == official)
    official = reference
    try UserConf(
      parsing: """
        *.Server.mode = 2
        *.Server.performance_issue_unique = 0
        *.Server.performance_issue_same = 1
        *.Server.performance_issue_same_index = 3
        """, file: "audit.config"
    ).apply(to: &official, model: "resnet50")
    #expect(Audit.test04.settings(from: reference) == official)
    #expect(!Audit.test04.applies(to: .bert))
    #expect(Audit.test01.applies(to: .bert))
  }

  /// However far the hints were from what the reference run came to, about 1,024 responses are kept.
  @Test(arguments: [(0, 1.0), (500, 1.0), (1024, 1.0), (10_240, 0.1), (2_048_000, 0.0005)])
  func samplesAsManyResponsesAsItWants(sampleCount: Int, probability: Double) {
    var reference = Profile.short.settings(for: .server, benchmark: .resnet50)
    reference.targetQPS = 1
    let settings = Audit.test01.settings(from: reference, sampleCount: sampleCount)
    #expect(settings.accuracyLogProbability == probability)
    #expect(settings.accuracyLogSamplingTarget == 0)
    #expect(settings.seeds.accuracyLog == Audit.samplingSeed)
    var sampler = AccuracyLogSampler(settings: settings)
    let kept = (0..<sampleCount).count { _ in sampler.next() }
    // Five standard deviations.
    #expect(abs(kept - min(sampleCount, 1024)) <= (probability == 1 ? 0 : 160))
    #expect(Audit.test04.settings(from: reference, sampleCount: sampleCount).accuracyLogProbability == 0)
  }

  @Test func writesWhatASubmissionHolds() throws {
    let log = LogFixtures.log(.offline)
    let score = Self.score(.offline, 100)
    let verdict = AuditVerdict.test01(responses: [], accuracy: Self.accuracy, reference: score, audited: score)
    let files = verdict.files(of: log).flatMap { folder, files in files.map { ("\(folder)/\($0.name)", $0) } }
    #expect(
      files.map(\.0).sorted() == [
        "./verify_accuracy.txt", "./verify_performance.txt", "accuracy/mlperf_log_accuracy.json",
        "performance/run_1/mlperf_log_detail.txt", "performance/run_1/mlperf_log_summary.txt",
      ])
    func text(_ name: String) -> String {
      String(decoding: files.first { $0.0 == name }?.1.bytes ?? [], as: UTF8.self)
    }
    #expect(text("./verify_accuracy.txt").hasSuffix("\nTEST FAIL\n"))
    #expect(text("./verify_performance.txt").hasSuffix("\nTEST PASS\n"))
  }
}
