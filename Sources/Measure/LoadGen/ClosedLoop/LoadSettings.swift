/// How load is offered to a system under test.
public struct LoadSettings: Hashable, Sendable {
  /// When the next query is issued and when the run ends.
  public var scenario: LoadScenario
  /// Least time to measure, nanoseconds.
  public var minDuration: Int64
  /// Least number of queries, SingleStream only; Offline needs one.
  public var minQueryCount: Int
  /// The latency log's capacity until ``LoadGenerator/makeLog(capacity:)``; a full log ends the run.
  public var maxQueryCount: Int
  /// Samples per query.
  public var samplesPerQuery: Int
  /// Seed of the sample order.
  public var seed: UInt64

  /// Makes settings.
  public init(
    scenario: LoadScenario, minDuration: Int64, minQueryCount: Int, maxQueryCount: Int = 1 << 20,
    samplesPerQuery: Int, seed: UInt64
  ) {
    self.scenario = scenario
    self.minDuration = minDuration
    self.minQueryCount = minQueryCount
    self.maxQueryCount = maxQueryCount
    self.samplesPerQuery = samplesPerQuery
    self.seed = seed
  }
}

/// When queries are issued.
///
/// The records have the same two scenarios as a type of their own: this module imports nothing, so that it can be read,
/// tested and reused by itself.
public enum LoadScenario: String, Hashable, Sendable, CaseIterable {
  /// The next query is issued when the previous one completed. Ends when the queries issued reach `minQueryCount` and the
  /// time at issue reaches `minDuration`, as MLPerf's SingleStream does.
  case singleStream
  /// All samples are there at the start and are worked off in batches of `samplesPerQuery`, round and round through the
  /// library. Ends with the first batch that completes at or after `minDuration`.
  ///
  /// MLPerf instead guesses the number of samples beforehand from an expected rate and hands them over as one query; a
  /// wrong guess invalidates its run. Here nothing is guessed.
  case offline
}

extension LoadSettings {
  /// Refuses settings that make no sense together.
  func validate() throws(LoadSettingsError) {
    guard samplesPerQuery >= 1, samplesPerQuery <= 1 << 20 else {
      throw LoadSettingsError(reason: "samples per query must be 1 to 1048576 and are \(samplesPerQuery)")
    }
    guard minDuration >= 0 else {
      throw LoadSettingsError(reason: "the least duration must not be negative and is \(minDuration) ns")
    }
    guard minQueryCount >= 0, maxQueryCount >= 1, minQueryCount <= maxQueryCount else {
      throw LoadSettingsError(
        reason: "at least \(minQueryCount) and at most \(maxQueryCount) queries leave no number to run")
    }
    guard maxQueryCount <= 1 << 26 else {
      throw LoadSettingsError(reason: "at most 67108864 queries can be logged and \(maxQueryCount) are asked for")
    }
  }
}
