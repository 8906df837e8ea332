extension TestSettings {
  /// The largest values that make sense; they keep arithmetic from overflowing and preparation from taking minutes.
  enum Limits {
    /// Samples of a library: their indices take 1 GB.
    static let library = 1 << 28
    /// Samples or queries of a test.
    static let samples = 1_000_000_000_000
    /// The least number of queries: LoadGen draws half as many numbers before the first query.
    static let minQueries = 1 << 30
    /// Samples of a query of MultiStream.
    static let samplesPerQuery = 1 << 16
    /// A year, nanoseconds.
    static let duration: Int64 = 366 * 86_400 * 1_000_000_000
    /// Queries a second.
    static let rates = 1e-6...1e9
    /// Factors of a ramp.
    static let factor = 1e6
    /// Instants of a trace.
    static let instants = 1 << 26
  }

  /// Refuses what makes no sense.
  func validate(total: Int, performanceCount: Int) throws(LoadSettingsError) {
    try Self.check(total, in: 1...Limits.library, "the library's samples")
    try Self.check(performanceCount, in: 1...Limits.library, "the library's samples in memory")
    if let count = performanceSampleCount {
      try Self.check(count, in: 1...Limits.library, "the performance sample count")
    }
    if let count = accuracySampleCount { try Self.check(count, in: 1...Limits.library, "the accuracy sample count") }
    if scenario == .multiStream { try Self.check(samplesPerQuery, in: 1...Limits.samplesPerQuery, "samples per query") }
    try Self.check(minQueryCount, in: 1...Limits.minQueries, "the least number of queries")
    if let count = maxQueryCount { try Self.check(count, in: 1...Limits.samples, "the greatest number of queries") }
    try Self.check(minSampleCount, in: 1...Limits.samples, "the least number of samples")
    try validateTimes()
    try validateRates()
    try validateLogging()
    try validateIssue(loaded: min(performanceSampleCount ?? performanceCount, total))
  }

  private func validateTimes() throws(LoadSettingsError) {
    let most = Limits.duration
    try Self.check(minDuration, in: 0...most, "the least duration", unit: " ns")
    if let time = maxDuration { try Self.check(time, in: 1...most, "the greatest duration", unit: " ns") }
    if let time = expectedLatency { try Self.check(time, in: 1...most, "the expected latency", unit: " ns") }
    if let time = targetLatency { try Self.check(time, in: 1...most, "the latency bound", unit: " ns") }
    try Self.check(answerTimeout, in: 1...most, "the time to wait for answers", unit: " ns")
  }

  private func validateRates() throws(LoadSettingsError) {
    if let rate = targetQPS {
      try Self.check(rate, in: Limits.rates, "the target rate", unit: " a second")
    } else if scenario == .server, !arrivals.isTrace {
      throw LoadSettingsError(reason: "the Server scenario needs a target rate in queries a second and has none")
    }
    if scenario == .server { try arrivals.validate(rate: targetQPS ?? 1) }
  }

  private func validateLogging() throws(LoadSettingsError) {
    guard targetLatencyPercentile > 0, targetLatencyPercentile < 1 else {
      throw LoadSettingsError(
        reason: "the percentile must be a share between 0 and 1 and is \(targetLatencyPercentile)")
    }
    try Self.check(accuracyLogProbability, in: 0...1, "the probability to log a response")
    try Self.check(accuracyLogSamplingTarget, in: 0...Limits.samples, "the number of responses to log")
  }

  /// - Parameter loaded: Samples in memory.
  private func validateIssue(loaded: Int) throws(LoadSettingsError) {
    if case .same(let index) = issue {
      try Self.check(index, in: 0...loaded - 1, "the place in the loaded set of the sample to repeat")
      guard mode == .performance else {
        throw LoadSettingsError(reason: "accuracy mode issues every sample once and cannot repeat one of them")
      }
    }
    guard !concatenatesPermutations || issue == .drawn else {
      throw LoadSettingsError(
        reason: "whole permutations are drawn samples: they go neither with unique samples nor with a repeated one")
    }
  }

  /// Refuses what is out of bounds; no number is in bounds.
  static func check<Value: Comparable>(
    _ value: Value, in bounds: ClosedRange<Value>, _ name: String, unit: String = ""
  ) throws(LoadSettingsError) {
    guard bounds.contains(value) else {
      throw LoadSettingsError(
        reason: "\(name) must be \(bounds.lowerBound) to \(bounds.upperBound)\(unit) and is \(value)\(unit)")
    }
  }
}
