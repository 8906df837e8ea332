/// How load is offered to a system under test, by the names that MLPerf gives it.
public enum TestScenario: String, Codable, CaseIterable, Hashable, Sendable {
  /// The next query of one sample is issued when the previous one completed; the metric is a latency.
  case singleStream = "SingleStream"
  /// The next query of several samples (8) is issued when the previous one completed; the metric is a query's latency.
  case multiStream = "MultiStream"
  /// Queries of one sample arrive by a schedule, whatever became of those before; the metric is the rate that keeps a bound
  /// of latency.
  case server = "Server"
  /// All samples are there at the start; the metric is throughput.
  case offline = "Offline"
}

/// What a test wants to learn, by the names that MLPerf gives it.
public enum TestMode: String, Codable, CaseIterable, Hashable, Sendable {
  /// How fast: samples of the loaded set, drawn again and again.
  case performance = "PerformanceOnly"
  /// What comes out: every sample of the library once, all responses logged.
  case accuracy = "AccuracyOnly"
}
