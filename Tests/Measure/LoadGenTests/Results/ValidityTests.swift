import Testing

@testable import LoadGen

/// A result that satisfies every rule with room, to spoil one thing at a time.
enum SampleResult {
  static func settings(_ scenario: TestScenario) -> TestSettings {
    var settings = TestSettings(scenario: scenario)
    settings.minDuration = 60_000_000_000
    settings.minQueryCount = scenario == .offline ? 1 : 1000
    settings.minSampleCount = 24_576
    settings.targetLatency = 15_000_000
    settings.targetQPS = 200
    return settings
  }

  static func make(_ scenario: TestScenario, count: Int = 12_000) -> TestResult {
    let queries = scenario == .offline ? 1 : count
    let samples = scenario == .offline ? 30_000 : scenario == .multiStream ? count * 8 : count
    let settings = settings(scenario)
    let latency = LatencySummary(
      count: samples, min: 1_000_000, max: 20_000_000, mean: 4e6,
      values: [4, 8, 9, 10, 12, 18].map { $0 * 1_000_000 }, target: 12_000_000)
    return TestResult(
      requested: settings, effective: settings, system: "stand-in",
      library: .init(name: "numbers", totalCount: 1024, performanceCount: 1024), loadedSet: [], queryCount: queries,
      sampleCount: samples, completedCount: samples, lastScheduled: scenario == .offline ? 0 : 60_500_000_000,
      lastIssued: scenario == .offline ? 0 : 60_500_100_000, lastCompleted: 60_510_000_000,
      lastQueryCompleted: 60_509_000_000, sampleLatency: latency,
      queryLatency: LatencySummary(
        count: queries, min: 1_000_000, max: 20_000_000, mean: 4e6,
        values: [4, 8, 9, 10, 12, 18].map { $0 * 1_000_000 }, target: 12_000_000),
      overLatencyCount: scenario == .server ? 40 : 0,
      earlyStopping: scenario == .singleStream || scenario == .multiStream
        ? EarlyStoppingEstimate(
          percentile: settings.targetLatencyPercentile, neededCount: 64, discarded: 3, latency: 8_250_000) : nil,
      lateness: nil, concurrency: .init(mean: 1, peak: 3), faults: .init(), end: .rule, clock: nil)
  }
}

@Suite struct ValidityTests {
  private func line(_ result: TestResult, _ rule: Validity.Rule) throws -> Validity.Line {
    try #require(Validity(result).lines.first { $0.rule == rule })
  }

  @Test(
    "Every scenario has its rules, and a good result satisfies them",
    arguments: [
      (TestScenario.singleStream, [Validity.Rule.minDuration, .minQueries, .earlyStopping, .noErrors, .notCut]),
      (.multiStream, [.minDuration, .minQueries, .earlyStopping, .noErrors, .notCut]),
      (.server, [.minDuration, .minQueries, .latencyBound, .earlyStopping, .noErrors, .notCut]),
      (.offline, [.minDuration, .minQueries, .minSamples, .noErrors, .notCut]),
    ])
  func rules(scenario: TestScenario, rules: [Validity.Rule]) {
    let validity = Validity(SampleResult.make(scenario))
    #expect(validity.lines.map(\.rule) == rules)
    #expect(validity.isValid && validity.isClean)
    #expect(validity.lines.allSatisfy { $0.satisfied && $0.moreQueries == nil && $0.longer == nil })
    #expect(validity.lines.allSatisfy { ($0.margin ?? 0) >= 0 })
  }

  @Test("The duration is of what the scenario says", arguments: TestScenario.allCases)
  func duration(scenario: TestScenario) throws {
    var result = SampleResult.make(scenario)
    result.lastScheduled = 11_000_000_000
    result.lastIssued = 12_000_000_000
    result.lastCompleted = 13_000_000_000
    result.lastQueryCompleted = 14_000_000_000
    let line = try line(result, .minDuration)
    let expected = [TestScenario.server: 11.0, .singleStream: 12, .multiStream: 12, .offline: 13]
    #expect(line.measured == expected[scenario])
    #expect(line.required == 60)
    #expect(line.unit == "s")
    #expect(!line.satisfied)
    #expect(line.margin == expected[scenario].map { $0 - 60 })
    #expect(line.longer == expected[scenario].map { 60 - $0 })
    #expect(!Validity(result).isValid)
    // 12,000 queries in 12 s or 30,000 samples in 13 s.
    let rate = scenario == .offline ? 30_000.0 / 13 : 1000
    #expect(line.moreQueries == expected[scenario].map { Int(((60 - $0) * rate).rounded(.up)) })
  }

  @Test("Exactly the least is enough, one nanosecond less is not", arguments: TestScenario.allCases)
  func durationEdge(scenario: TestScenario) throws {
    var result = SampleResult.make(scenario)
    for (time, satisfied) in [(Int64(60_000_000_000), true), (59_999_999_999, false)] {
      result.lastScheduled = time
      result.lastIssued = time
      result.lastCompleted = time
      #expect(try line(result, .minDuration).satisfied == satisfied)
    }
  }

  @Test func queries() throws {
    var result = SampleResult.make(.singleStream)
    result.queryCount = 999
    let line = try line(result, .minQueries)
    #expect(!line.satisfied)
    #expect(line.margin == -1)
    #expect(line.relativeMargin == -0.001)
    #expect(line.moreQueries == 1)
    #expect(line.sentence == "999 queries were issued, and 1000 are required. 1 more would do.")
    result.queryCount = 1000
    #expect(try self.line(result, .minQueries).satisfied)
  }

  @Test func samplesOfOffline() throws {
    var result = SampleResult.make(.offline)
    result.sampleCount = 20_000
    result.completedCount = 20_000
    let line = try line(result, .minSamples)
    #expect(!line.satisfied)
    #expect(line.moreQueries == 4576)
    #expect(!Validity(result).isValid)
  }

  @Test("Of 12,000 samples the 121st from the top must be within the bound")
  func bound() throws {
    var result = SampleResult.make(.server)
    result.overLatencyCount = 119
    #expect(try line(result, .latencyBound).satisfied)
    result.overLatencyCount = 120
    let line = try line(result, .latencyBound)
    #expect(!line.satisfied)
    #expect(line.moreQueries == nil)
    #expect(line.measured == 12)
    #expect(line.required == 15)
    #expect(line.margin == 3)
    #expect(line.sentence.hasPrefix("120 samples of 12000 (1 %) were later than 15 ms; at most 119 may be."))
  }

  @Test("Early stopping of Server asks for h(t) + t queries")
  func earlyStopping() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    var result = SampleResult.make(.server)
    let allowed = try #require(rule.allowedOver(of: 12_000))
    result.overLatencyCount = allowed
    #expect(try line(result, .earlyStopping).satisfied)
    result.overLatencyCount = allowed + 1
    let line = try line(result, .earlyStopping)
    #expect(!line.satisfied)
    #expect(line.required == rule.needed(over: allowed + 1).map(Double.init))
    // At the share so far, over-latency samples go on to come.
    let more = try #require(line.moreQueries)
    let total = 12_000 + more
    let expected = (Double(allowed + 1) / 12_000 * Double(total)).rounded(.up)
    #expect(try #require(rule.allowedOver(of: total)) >= Int(expected))
    let before = (Double(allowed + 1) / 12_000 * Double(total - 1)).rounded(.up)
    #expect(try #require(rule.allowedOver(of: total - 1)) < Int(before))
    #expect(try #require(line.required) < Double(total))
    #expect(Validity(result).lines.first { $0.rule == .latencyBound }?.satisfied == true)
    #expect(!Validity(result).isValid)
  }

  @Test("h(t) + t queries are enough, one less is not")
  func earlyStoppingEdge() throws {
    let needed = try #require(EarlyStopping(percentile: 0.99)?.needed(over: 40))
    for (count, satisfied) in [(needed, true), (needed - 1, false)] {
      var result = SampleResult.make(.server)
      result.sampleCount = count
      result.completedCount = count
      #expect(try line(result, .earlyStopping).satisfied == satisfied)
    }
  }

  @Test(
    "Where too large a share is too late, the rate is blamed only as far as chance does not explain it",
    arguments: [(121, "as many in 48 % of such tests"), (146, "as many in 1 %"), (151, "More queries would not help")])
  func tooMany(over: Int, words: String) throws {
    var result = SampleResult.make(.server)
    result.overLatencyCount = over
    let (bound, stopping) = (try line(result, .latencyBound), try line(result, .earlyStopping))
    for line in [bound, stopping] {
      #expect(!line.satisfied)
      #expect(line.moreQueries == nil)
      #expect(((line.chance ?? 0) >= Validity.Line.leastChance) == words.contains("as many"))
    }
    #expect(bound.sentence.contains(words), "\(bound.sentence)")
    // The advice is given once.
    #expect(stopping.sentence.contains("no number of queries is enough"))
    #expect(try line(SampleResult.make(.server), .latencyBound).chance == nil)
  }

  /// Against SciPy 1.15: binom.sf(over - 1, count, 0.01).
  @Test(
    "How far chance explains what was late",
    arguments: [
      (459, 5, 0.48544607412724733), (459, 10, 0.018715924787426275), (459, 100, 3.9437354446037665e-99),
      (10_000, 121, 0.022114487837460967), (1000, 1, 0.9999568287525893), (100, 1, 0.6339676587267705),
    ])
  func chance(count: Int, over: Int, probability: Double) throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    let chance = try #require(EarlyStoppingOutlook.chance(rule, count: count, over: over))
    #expect(abs(chance - probability) < 1e-12)
    #expect(EarlyStoppingOutlook.chance(rule, count: count, over: 0) == nil)
    #expect(EarlyStoppingOutlook.chance(rule, count: count, over: count + 1) == nil)
  }

  @Test("Without over-latency samples what is missing is missing to 459")
  func outlook() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    #expect(EarlyStoppingOutlook.moreQueries(rule, count: 100, over: 0) == 359)
    #expect(EarlyStoppingOutlook.moreQueries(rule, count: 0, over: 0) == 459)
    #expect(EarlyStoppingOutlook.moreQueries(rule, count: 459, over: 0) == 0)
    // 1 in 100 is exactly the share that is too large, whatever the number.
    #expect(EarlyStoppingOutlook.moreQueries(rule, count: 100, over: 1) == nil)
    #expect(EarlyStoppingOutlook.moreQueries(rule, count: 5, over: 6) == nil)
    let many = try #require(EarlyStoppingOutlook.moreQueries(rule, count: 100_000, over: 999))
    #expect(many > 1_000_000)
  }

  @Test("An estimate needs h(1) + 1 queries", arguments: [(TestScenario.singleStream, 64), (.multiStream, 662)])
  func estimate(scenario: TestScenario, needed: Int) throws {
    var result = SampleResult.make(scenario)
    result.queryLatency?.count = needed - 1
    let line = try line(result, .earlyStopping)
    #expect(!line.satisfied)
    #expect(line.required == Double(needed))
    #expect(line.moreQueries == 1)
    #expect(!Validity(result).isValid)
    result.queryLatency?.count = needed
    #expect(try self.line(result, .earlyStopping).satisfied)
  }

  @Test("Errors spoil a test that MLPerf's rules accept, and are all counted")
  func errors() throws {
    for fault in [
      \TestResult.Faults.failed, \.unanswered, \.duplicates, \.unknown,
    ] as [WritableKeyPath<TestResult.Faults, Int>] {
      var result = SampleResult.make(.singleStream)
      result.faults[keyPath: fault] = 3
      let validity = Validity(result)
      #expect(validity.isValid)
      #expect(!validity.isClean)
      #expect(try line(result, .noErrors).measured == 3)
      #expect(try line(result, .noErrors).sentence.contains("3 errors: 3 "))
    }
    var late = SampleResult.make(.singleStream)
    late.faults.outOfOrder = 5
    #expect(Validity(late).isClean)
  }

  @Test("Samples that failed or were not answered count as too late in Server")
  func missing() throws {
    var result = SampleResult.make(.server)
    result.overLatencyCount = 40
    result.faults.failed = 50
    result.faults.unanswered = 30
    result.completedCount -= 80
    let spoiled = try line(result, .latencyBound)
    #expect(!spoiled.satisfied)
    #expect(spoiled.measured == nil)
    #expect(spoiled.sentence.hasPrefix("120 samples of 12000 (1 %) were later than 15 ms or never answered (80);"))
    #expect(
      try line(result, .earlyStopping).required == EarlyStopping(percentile: 0.99)?.needed(over: 120).map(Double.init))
    // Not even told.
    result.faults = .init()
    #expect(try !line(result, .latencyBound).satisfied)
  }

  @Test(
    "Whatever ends a test but its rule is said, and spoils it",
    arguments: [
      TestResult.End.maxDuration, .maxQueryCount, .traceEnded, .overloaded, .silent, .decided, .interrupted,
    ])
  func ends(end: TestResult.End) throws {
    var result = SampleResult.make(.server)
    result.end = end
    let validity = Validity(result)
    #expect(validity.isValid)
    #expect(!validity.isClean)
    #expect(try line(result, .notCut).sentence != line(SampleResult.make(.server), .notCut).sentence)
    result.effective.arrivals = .replay([0, 1])
    #expect(Validity(result).isClean == (end == .traceEnded))
  }

  @Test("Accuracy mode asks that every sample was answered, and for no speed")
  func accuracy() throws {
    var result = SampleResult.make(.offline)
    result.effective.mode = .accuracy
    result.lastCompleted = 1
    #expect(Validity(result).lines.map(\.rule) == [.coverage, .noErrors, .notCut])
    #expect(Validity(result).isValid)
    result.completedCount -= 1
    #expect(!Validity(result).isValid)
    #expect(result.headlines.isEmpty)
  }

  @Test("Results of strangers neither trap nor pass")
  func hostile() {
    for value in [Int.min, -1, Int.max] {
      for scenario in TestScenario.allCases {
        var result = SampleResult.make(scenario)
        result.queryCount = value
        result.sampleCount = value
        result.completedCount = value
        result.overLatencyCount = value
        result.faults.failed = value
        result.faults.unknown = value
        result.queryLatency?.count = value
        result.effective.minQueryCount = .max
        result.effective.minSampleCount = .max
        result.effective.targetLatencyPercentile = value < 0 ? .nan : 7
        for time in [Int64.min, .max] {
          result.lastIssued = time
          result.lastScheduled = time
          result.lastCompleted = time
          result.lastQueryCompleted = time
          result.effective.minDuration = .max
          result.effective.targetLatency = time
          #expect(!Validity(result).isClean)
          #expect(result.headlines.count <= 2)
        }
      }
    }
  }
}

@Suite struct HeadlineTests {
  @Test func latencies() {
    #expect(
      SampleResult.make(.singleStream).headlines == [
        Headline(name: "90th percentile latency, early-stopping estimate", value: 8.25, unit: "ms")
      ])
    #expect(
      SampleResult.make(.multiStream).headlines == [
        Headline(name: "99th percentile query latency, early-stopping estimate", value: 8.25, unit: "ms")
      ])
    var short = SampleResult.make(.singleStream)
    short.earlyStopping?.latency = nil
    #expect(short.headlines.first?.value == nil)
    short.effective.targetLatencyPercentile = 0.999
    #expect(short.headlines.first?.name == "99.9th percentile latency, early-stopping estimate")
  }

  @Test("Server's rates have one interval less than queries")
  func rates() {
    var server = SampleResult.make(.server)
    server.sampleCount = 12_101
    server.lastScheduled = 60_500_000_000
    server.lastQueryCompleted = 121_000_000_000
    #expect(
      server.headlines == [
        Headline(name: "completed samples per second", value: 100, unit: "samples/s"),
        Headline(name: "scheduled samples per second", value: 200, unit: "samples/s"),
      ])
    server.sampleCount = 1
    #expect(server.headlines.map(\.value) == [nil, nil])
    var offline = SampleResult.make(.offline)
    offline.lastCompleted = 60_000_000_000
    #expect(offline.headlines == [Headline(name: "samples per second", value: 500, unit: "samples/s")])
  }
}
