/// Which responses are logged: all of them in accuracy mode, and in performance mode the sample that audits compare with an
/// accuracy run (TEST01).
///
/// As LoadGen chooses them: every sample of the test has a number u, drawn by a generator whose seed is always that of a C++
/// generator without one; one offset for all is drawn with the seed of the settings; a response is logged where u + offset,
/// less 1 where it reaches 1, is at most the probability. So the seed moves a window over fixed numbers. Where the settings
/// ask for a number of responses, the probability is that number over the samples that the test expects to issue.
public struct AccuracyLogSampler: Sendable {
  /// The probability that a response is logged; more than 1 is as good as 1.
  public let probability: Double
  private let offset: Double
  private var generator = MersenneTwister(seed: MersenneTwister.defaultSeed)

  /// Starts the choice for effective settings.
  public init(settings: TestSettings) {
    probability = settings.mode == .accuracy ? 1 : settings.responseLogProbability
    var offsets = MersenneTwister(seed: settings.seeds.accuracyLog)
    offset = offsets.canonical()
  }

  /// Whether the response of the next sample, in the order of issue, is logged.
  public mutating func next() -> Bool {
    if probability >= 1 { return true }
    if probability <= 0 { return false }
    let number = generator.canonical()
    let moved = number + offset
    return (moved < 1 ? moved : moved - 1) <= probability
  }
}

extension TestSettings {
  /// The probability that a response is logged in performance mode, of effective settings.
  fileprivate var responseLogProbability: Double {
    guard accuracyLogSamplingTarget > 0 else { return accuracyLogProbability }
    // Expected queries are whole, in milliseconds' terms as LoadGen has them; Offline's one query counts by its samples.
    let queries = ((targetQPS ?? 0) * (Double(minDuration) / 1e6) / 1000).rounded(.towardZero)
    let expected = scenario == .offline ? queries : queries * Double(samplesPerQuery)
    return Double(accuracyLogSamplingTarget) / max(expected, Double(minSampleCount))
  }
}
