extension TestSettings {
  /// What LoadGen would run with: counts that follow from others are filled in.
  ///
  /// - SingleStream, MultiStream: the target rate is 1 / the expected latency (1 ms and 8 ms where nobody expects one), which
  ///   decides nothing but the share of logged responses. With concatenated permutations SingleStream's least number of queries
  ///   goes up to the next multiple of the library's performance count above it and above twice the expected queries.
  /// - Offline: one query; its samples are the least number of queries or samples, or 1.1 times what the target rate issues in
  ///   the least duration where that is more, or the loaded set for ``SampleIssue/unique``.
  ///
  /// - Parameters:
  ///   - total: Samples of the library.
  ///   - performanceCount: Samples that fit into memory, by the library.
  public func effective(total: Int, performanceCount: Int) throws(LoadSettingsError) -> TestSettings {
    try validate(total: total, performanceCount: performanceCount)
    var effective = self
    effective.performanceSampleCount = performanceSampleCount ?? performanceCount
    effective.accuracySampleCount = accuracySampleCount ?? total
    let seconds = Double(minDuration) / 1e9
    switch scenario {
    case .singleStream:
      effective.samplesPerQuery = 1
      effective.targetQPS = 1e9 / Double(expectedLatency ?? 1_000_000)
      if concatenatesPermutations {
        let expected = try Self.count(2 * seconds * (effective.targetQPS ?? 0), "queries")
        effective.minQueryCount = (max(minQueryCount, expected) / performanceCount + 1) * performanceCount
      }
    case .multiStream:
      effective.targetQPS = 1e9 / Double(expectedLatency ?? 8_000_000)
    case .server:
      effective.samplesPerQuery = 1
    case .offline:
      effective.minQueryCount = 1
      switch issue {
      case .unique: effective.samplesPerQuery = min(effective.performanceSampleCount ?? total, total)
      case .drawn, .same:
        let expected = try Self.count(1.1 * seconds * (targetQPS ?? 0), "samples")
        effective.samplesPerQuery = max(minQueryCount, minSampleCount, expected)
      }
    }
    effective.minSampleCount = effective.minQueryCount * effective.samplesPerQuery
    return effective
  }

  /// What a test of effective settings issues at least, in queries (in samples for Offline): with concatenated permutations
  /// Server and Offline issue whole ones, though LoadGen's logs keep the smaller count.
  ///
  /// - Parameter set: The loaded set.
  public func leastIssued(of set: LoadedSet) -> Int {
    let least = scenario == .offline ? samplesPerQuery : minQueryCount
    guard mode == .performance, concatenatesPermutations, scenario == .server || scenario == .offline, set.count > 0
    else { return least }
    return (least + set.count - 1) / set.count * set.count
  }

  /// A number that follows from a rate and a time, truncated.
  private static func count(_ value: Double, _ unit: String) throws(LoadSettingsError) -> Int {
    guard value <= Double(Limits.samples) else {
      throw LoadSettingsError(
        reason: "at most \(Limits.samples) \(unit) can be issued, and the rate and the least duration ask for more")
    }
    return Int(value)
  }
}
