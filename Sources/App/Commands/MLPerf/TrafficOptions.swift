import ArgumentParser
import LoadGen

/// What decides the traffic of a test: each option says one setting, by LoadGen's name.
struct TrafficOptions: ParsableArguments {
  @Option(
    name: .customLong("target-qps"),
    help: ArgumentHelp("Server: queries a second. Offline: samples a second expected.", valueName: "rate"))
  var targetQPS: Double?

  @Option(
    help: ArgumentHelp("SingleStream, MultiStream: the latency expected, such as 2ms: a hint.", valueName: "time"))
  var expectedLatency: TimeArgument?

  @Option(help: ArgumentHelp("MultiStream: samples of a query.", valueName: "n"))
  var samplesPerQuery: Int?

  @Option(help: ArgumentHelp("Least length, such as 10s.", valueName: "time"))
  var minDuration: TimeArgument?

  @Option(help: ArgumentHelp("Least number of queries; the order of samples depends on it.", valueName: "n"))
  var minQueryCount: Int?

  @Option(help: ArgumentHelp("Offline: least number of samples.", valueName: "n"))
  var minSampleCount: Int?

  @Option(help: ArgumentHelp("Samples in memory, from which queries draw.", valueName: "n"))
  var performanceSampleCount: Int?

  @Option(help: ArgumentHelp("Samples of accuracy mode; the whole library unless given.", valueName: "n"))
  var accuracySampleCount: Int?

  @Option(
    help: ArgumentHelp("Which samples are loaded: LoadGen's rule up to 5.1, or from 6.0 on.", valueName: "5.1|6.0"))
  var loadedSetRule: LoadedSetRule?

  @Option(help: ArgumentHelp("Seed of the loaded set.", valueName: "seed"))
  var qslSeed: UInt64?

  @Option(help: ArgumentHelp("Seed of the order of samples.", valueName: "seed"))
  var sampleIndexSeed: UInt64?

  @Option(help: ArgumentHelp("Seed of the arrivals.", valueName: "seed"))
  var scheduleSeed: UInt64?

  @Option(help: ArgumentHelp("Server: when queries arrive: \(ArrivalWords.forms).", valueName: "shape"))
  var arrivals: String?

  @Flag(help: "Issue every loaded sample once, in a shuffled order.")
  var unique = false

  @Option(help: ArgumentHelp("Issue this place of the loaded set again and again.", valueName: "place"))
  var same: Int?

  @Flag(help: "Issue whole permutations of the loaded set, one after the other.")
  var concatenatePermutations = false

  @Option(help: ArgumentHelp("Log this share of the responses in performance mode.", valueName: "share"))
  var logProbability: String?

  @Option(help: ArgumentHelp("Log about this many responses in performance mode.", valueName: "n"))
  var logCount: Int?

  @Option(help: ArgumentHelp("Seed of the logged responses.", valueName: "seed"))
  var logSeed: UInt64?

  /// Changes what was given.
  func apply(to settings: inout TestSettings) throws {
    if let targetQPS { settings.targetQPS = targetQPS }
    if let expectedLatency { settings.expectedLatency = expectedLatency.nanoseconds }
    if let samplesPerQuery { settings.samplesPerQuery = samplesPerQuery }
    if let minDuration { settings.minDuration = minDuration.nanoseconds }
    if let minQueryCount { settings.minQueryCount = minQueryCount }
    if let minSampleCount { settings.minSampleCount = minSampleCount }
    if let performanceSampleCount { settings.performanceSampleCount = performanceSampleCount }
    if let accuracySampleCount { settings.accuracySampleCount = accuracySampleCount }
    if let loadedSetRule { settings.loadedSetRule = loadedSetRule }
    if let qslSeed { settings.seeds.library = qslSeed }
    if let sampleIndexSeed { settings.seeds.sampleIndex = sampleIndexSeed }
    if let scheduleSeed { settings.seeds.schedule = scheduleSeed }
    if let arrivals { settings.arrivals = try Self.shape(arrivals) }
    if let issue = try issue { settings.issue = issue }
    if concatenatePermutations { settings.concatenatesPermutations = true }
    if let logProbability {
      settings.accuracyLogProbability = try ShareArgument.parse(logProbability, option: "--log-probability")
    }
    if let logCount { settings.accuracyLogSamplingTarget = logCount }
    if let logSeed { settings.seeds.accuracyLog = logSeed }
  }

  /// The options that were given and decide nothing in a scenario and mode.
  ///
  /// - Parameter isAudit: whether both modes are run.
  func withoutEffect(in scenario: TestScenario, mode: TestMode, isAudit: Bool = false) -> [String] {
    let isPerformance = mode != .accuracy
    let isClosed = scenario == .singleStream || scenario == .multiStream
    let isReplay = arrivals?.hasPrefix("replay:") == true
    let rules: [(option: String, isGiven: Bool, hasEffect: Bool)] = [
      ("--target-qps", targetQPS != nil, scenario == .server && !isReplay || scenario == .offline && isPerformance),
      ("--expected-latency", expectedLatency != nil, isClosed && isPerformance),
      ("--samples-per-query", samplesPerQuery != nil, scenario == .multiStream),
      ("--min-sample-count", minSampleCount != nil, scenario == .offline && isPerformance),
      ("--arrivals", arrivals != nil, scenario == .server),
      ("--schedule-seed", scheduleSeed != nil, scenario == .server && !isReplay),
      ("--min-duration", minDuration != nil, isPerformance), ("--min-query-count", minQueryCount != nil, isPerformance),
      ("--accuracy-sample-count", accuracySampleCount != nil, !isPerformance || isAudit),
      ("--log-probability", logProbability != nil, isPerformance), ("--log-count", logCount != nil, isPerformance),
      ("--log-seed", logSeed != nil, isPerformance),
    ]
    return rules.filter { $0.isGiven && !$0.hasEffect }.map(\.option)
  }

  private var issue: SampleIssue? {
    get throws {
      guard let same else { return unique ? .unique : nil }
      guard !unique else { throw CommandFailure("Give either --unique or --same, not both.", exitCode: 64) }
      return .same(index: same)
    }
  }

  /// The shape of arrivals of some words; a trace is read from its file.
  static func shape(_ words: String) throws -> ArrivalShape {
    switch try ArrivalWords(words) {
    case .shape(let shape): shape
    case .trace(let path): try TraceFile.read(path)
    }
  }
}

/// LoadGen's rule by the first version that has it or the last.
extension LoadedSetRule: ExpressibleByArgument {}
