/// Everything that decides a test's traffic, length and verdict: LoadGen's TestSettings. Times are nanoseconds.
public struct TestSettings: Codable, Hashable, Sendable {
  /// How load is offered.
  public var scenario: TestScenario
  /// What the test wants to learn.
  public var mode: TestMode
  /// Server: queries a second. Offline: samples a second that are expected, from which MLPerf derives how many to issue; nil
  /// where nobody guessed, and the test then goes on for as long as it must. The other scenarios ignore it.
  public var targetQPS: Double?
  /// SingleStream and MultiStream: the latency that is expected, a hint without effect, kept for the logs; nanoseconds.
  public var expectedLatency: Int64?
  /// Server: the bound that the percentile of latency has to keep, nanoseconds.
  public var targetLatency: Int64?
  /// The percentile of the metric and the bound, as a share: 0.9 for SingleStream, 0.99 for MultiStream and Server.
  public var targetLatencyPercentile: Double
  /// Samples of a query: 8 for MultiStream, 1 for SingleStream and Server; Offline has one query of all samples.
  public var samplesPerQuery: Int
  /// Least length of the test, nanoseconds.
  public var minDuration: Int64
  /// Greatest length, nanoseconds; nil for none. A test that ends here still reports.
  public var maxDuration: Int64?
  /// Least number of queries.
  public var minQueryCount: Int
  /// Greatest number of queries; nil for none.
  public var maxQueryCount: Int?
  /// Least number of samples, Offline only.
  public var minSampleCount: Int
  /// Seeds of the traffic.
  public var seeds: RandomSeeds
  /// Share of responses to log in performance mode; 0 for none.
  public var accuracyLogProbability: Double
  /// How many responses to log in performance mode; 0 where ``accuracyLogProbability`` says it.
  public var accuracyLogSamplingTarget: Int
  /// Which samples queries name.
  public var issue: SampleIssue
  /// Samples in memory in performance mode; nil for as many as the library offers.
  public var performanceSampleCount: Int?
  /// Samples of accuracy mode; nil for the whole library.
  public var accuracySampleCount: Int?
  /// Whether whole permutations of the loaded set are issued one after the other, so that all samples are drawn equally
  /// often (`sample_concatenate_permutation`).
  public var concatenatesPermutations: Bool
  /// Which samples of a larger library are loaded.
  public var loadedSetRule: LoadedSetRule
  /// When queries arrive, Server only.
  public var arrivals: ArrivalShape
  /// How long to wait for answers after the last query, nanoseconds from the last answer on.
  public var answerTimeout: Int64

  /// Makes the settings that LoadGen itself starts from, with the official seeds; the rules of a round are profiles of the
  /// module MLPerf.
  public init(scenario: TestScenario, mode: TestMode = .performance) {
    self.scenario = scenario
    self.mode = mode
    targetQPS = scenario == .server ? 1 : nil
    expectedLatency = nil
    targetLatency = scenario == .server ? 100_000_000 : nil
    targetLatencyPercentile = scenario == .singleStream ? 0.9 : 0.99
    samplesPerQuery = scenario == .multiStream ? 8 : 1
    minDuration = 10_000_000_000
    maxDuration = nil
    minQueryCount = scenario == .offline ? 1 : 100
    maxQueryCount = nil
    minSampleCount = 1
    seeds = .official
    accuracyLogProbability = 0
    accuracyLogSamplingTarget = 0
    issue = .drawn
    performanceSampleCount = nil
    accuracySampleCount = nil
    concatenatesPermutations = false
    loadedSetRule = .from6
    arrivals = .poisson
    answerTimeout = 10_000_000_000
  }
}

/// Seeds of the traffic's generators; each is taken modulo 2^32.
public struct RandomSeeds: Codable, Hashable, Sendable {
  /// Which samples are loaded (`qsl_rng_seed`).
  public var library: UInt64
  /// The order of samples (`sample_index_rng_seed`).
  public var sampleIndex: UInt64
  /// When queries arrive (`schedule_rng_seed`).
  public var schedule: UInt64
  /// Which responses are logged in performance mode (`accuracy_log_rng_seed`).
  public var accuracyLog: UInt64

  /// Makes seeds.
  public init(library: UInt64, sampleIndex: UInt64, schedule: UInt64, accuracyLog: UInt64 = 0) {
    self.library = library
    self.sampleIndex = sampleIndex
    self.schedule = schedule
    self.accuracyLog = accuracyLog
  }

  /// The seeds of the rounds since v5.0.
  public static let official = RandomSeeds(
    library: 2_085_463_073_848_966_840, sampleIndex: 2_747_215_439_041_700_203,
    schedule: 16_159_082_839_903_944_936)
}

/// Which of the loaded samples queries name in performance mode.
public enum SampleIssue: Codable, Hashable, Sendable {
  /// Drawn with replacement.
  case drawn
  /// Each once, in a shuffled order (`performance_issue_unique`).
  case unique
  /// This one again and again (`performance_issue_same` and its index): what TEST04 compares with.
  case same(index: Int)
}

/// Which samples of a library larger than the loaded set are loaded in performance mode.
public enum LoadedSetRule: String, Codable, CaseIterable, Hashable, Sendable {
  /// LoadGen up to 5.1 shuffles the whole library and takes the first.
  case upTo5 = "5.1"
  /// LoadGen from 6.0 shuffles only the first.
  case from6 = "6.0"
}

/// When queries of the Server scenario arrive.
public enum ArrivalShape: Codable, Hashable, Sendable {
  /// Independent arrivals at the target rate, as MLPerf has them.
  case poisson
  /// One every 1 / rate seconds.
  case constant
  /// `size` at once, every size / rate seconds.
  case burst(size: Int)
  /// Independent arrivals whose rate goes from `from` x rate to `to` x rate in `over` nanoseconds, and stays there.
  case ramp(from: Double, to: Double, over: Int64)
  /// At these instants, nanoseconds from the start, ascending; ends with the last one.
  case replay([Int64])

  /// Whether there is an end to it by itself.
  public var isTrace: Bool {
    if case .replay = self { true } else { false }
  }
}
