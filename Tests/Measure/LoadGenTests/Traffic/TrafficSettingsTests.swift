import Testing

@testable import LoadGen

/// The settings that a test runs with, and those that it refuses.
@Suite struct TrafficSettingsTests {
  private func settings(_ scenario: TestScenario, _ change: (inout TestSettings) -> Void = { _ in }) -> TestSettings {
    var settings = TestSettings(scenario: scenario)
    change(&settings)
    return settings
  }

  @Test func theHintOfSingleAndMultiStreamBecomesARate() throws {
    let hinted = try settings(.singleStream) { $0.expectedLatency = 100_000 }.effective(
      total: 100, performanceCount: 50)
    #expect(hinted.targetQPS == 10_000)
    #expect(hinted.performanceSampleCount == 50)
    #expect(hinted.accuracySampleCount == 100)
    #expect(try settings(.singleStream).effective(total: 1, performanceCount: 1).targetQPS == 1000)
    let multi = try settings(.multiStream).effective(total: 1, performanceCount: 1)
    #expect(multi.targetQPS == 125)
    #expect(multi.minSampleCount == 800)
  }

  /// floor(1.1 x duration x rate), the least number of queries, or the least number of samples.
  @Test(arguments: [
    (100.0, 1_000_000_000 as Int64, 1, 1, 110), (100, 1_000_000_000, 333, 1, 333), (100, 1_000_000_000, 1, 400, 400),
    (100.5, 10_010_000_000, 1, 1, 1106), (0.001, 999_000_000, 5, 1, 5),
  ])
  func offlineCountsItsSamples(rate: Double, duration: Int64, queries: Int, samples: Int, expected: Int) throws {
    let asked = settings(.offline) {
      $0.targetQPS = rate
      $0.minDuration = duration
      $0.minQueryCount = queries
      $0.minSampleCount = samples
    }
    let effective = try asked.effective(total: 100, performanceCount: 50)
    #expect(effective.samplesPerQuery == expected)
    #expect(effective.minQueryCount == 1)
    #expect(effective.minSampleCount == expected)
    #expect(try effective.effective(total: 100, performanceCount: 50) == effective)
  }

  @Test func offlineNeedsNoGuess() throws {
    let effective = try settings(.offline) { $0.minSampleCount = 24_576 }.effective(total: 100, performanceCount: 50)
    #expect(effective.samplesPerQuery == 24_576)
    #expect(effective.targetQPS == nil)
  }

  /// The figures of LoadGen 6.0.17: the multiple above the count, never the count itself.
  @Test(arguments: [(3, 50), (49, 50), (50, 100), (51, 100), (100, 150)])
  func permutationsRaiseTheLeastNumberOfQueries(asked: Int, expected: Int) throws {
    let permuted = settings(.singleStream) {
      $0.concatenatesPermutations = true
      $0.minQueryCount = asked
      $0.minDuration = 0
    }
    #expect(try permuted.effective(total: 100, performanceCount: 50).minQueryCount == expected)
    var long = permuted
    long.minDuration = 7_000_000
    long.expectedLatency = 30_000
    #expect(try long.effective(total: 100, performanceCount: 50).minQueryCount == 500)
  }

  @Test func permutationsAreIssuedWhole() throws {
    for (scenario, expected) in [(TestScenario.server, 150), (.offline, 150), (.multiStream, 132)] {
      let permuted = settings(scenario) {
        $0.concatenatesPermutations = true
        $0.minQueryCount = 132
        $0.minDuration = 0
      }
      let effective = try permuted.effective(total: 100, performanceCount: 50)
      let set = try #require(LoadedSet.sets(of: effective, total: 100, performanceCount: 50).first)
      #expect(effective.leastIssued(of: set) == expected)
    }
  }

  static let refused: [(String, TestScenario, @Sendable (inout TestSettings) -> Void)] = [
    ("target rate", .server, { $0.targetQPS = nil }), ("target rate", .server, { $0.targetQPS = 0 }),
    ("target rate", .server, { $0.targetQPS = .nan }), ("target rate", .server, { $0.targetQPS = .infinity }),
    ("target rate", .offline, { $0.targetQPS = -1 }), ("target rate", .server, { $0.targetQPS = 1e10 }),
    ("least number of queries", .singleStream, { $0.minQueryCount = 0 }),
    ("least number of queries", .singleStream, { $0.minQueryCount = .max }),
    ("greatest number of queries", .singleStream, { $0.maxQueryCount = 0 }),
    ("least number of samples", .offline, { $0.minSampleCount = .max }),
    (
      "can be issued", .offline,
      {
        $0.targetQPS = 1e9
        $0.minDuration = 86_400_000_000_000
      }
    ),
    ("samples per query", .multiStream, { $0.samplesPerQuery = 0 }),
    ("samples per query", .multiStream, { $0.samplesPerQuery = 1 << 40 }),
    ("least duration", .server, { $0.minDuration = -1 }), ("least duration", .server, { $0.minDuration = .max }),
    ("greatest duration", .server, { $0.maxDuration = 0 }),
    ("expected latency", .singleStream, { $0.expectedLatency = 0 }),
    ("latency bound", .server, { $0.targetLatency = -5 }), ("wait for answers", .server, { $0.answerTimeout = 0 }),
    ("percentile", .server, { $0.targetLatencyPercentile = 1 }),
    ("percentile", .server, { $0.targetLatencyPercentile = .nan }),
    ("probability", .server, { $0.accuracyLogProbability = 1.5 }),
    ("responses to log", .server, { $0.accuracyLogSamplingTarget = -1 }),
    ("performance sample count", .server, { $0.performanceSampleCount = 0 }),
    ("accuracy sample count", .server, { $0.accuracySampleCount = 1 << 40 }),
    ("sample to repeat", .server, { $0.issue = .same(index: 50) }),
    ("sample to repeat", .server, { $0.issue = .same(index: -1) }),
    (
      "cannot repeat", .server,
      {
        $0.mode = .accuracy
        $0.issue = .same(index: 1)
      }
    ),
    (
      "whole permutations", .server,
      {
        $0.concatenatesPermutations = true
        $0.issue = .unique
      }
    ),
    ("size of a burst", .server, { $0.arrivals = .burst(size: 0) }),
    ("ramp's start", .server, { $0.arrivals = .ramp(from: -1, to: 1, over: 1) }),
    ("ramp's end", .server, { $0.arrivals = .ramp(from: 1, to: 0, over: 1) }),
    ("length of the ramp", .server, { $0.arrivals = .ramp(from: 1, to: 1, over: -1) }),
    ("number of recorded arrivals", .server, { $0.arrivals = .replay([]) }),
    ("ascend", .server, { $0.arrivals = .replay([3, 2]) }), ("ascend", .server, { $0.arrivals = .replay([-1]) }),
  ]

  @Test(arguments: refused.indices)
  func whatMakesNoSenseIsRefused(index: Int) {
    let (words, scenario, change) = Self.refused[index]
    let error = #expect(throws: LoadSettingsError.self) {
      try settings(scenario, change).effective(total: 100, performanceCount: 50)
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "accepted")")
  }

  @Test(arguments: [(0, 1), (1, 0), (-1, 5), (1 << 40, 5), (5, 1 << 40)])
  func librariesThatMakeNoSenseAreRefused(total: Int, performanceCount: Int) {
    #expect(throws: LoadSettingsError.self) {
      try settings(.singleStream).effective(total: total, performanceCount: performanceCount)
    }
  }
}
