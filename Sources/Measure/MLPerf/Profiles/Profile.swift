import LoadGen

/// Rules of a run: how long, how many queries, which bounds.
public enum Profile: String, CaseIterable, Codable, Hashable, Sendable {
  /// What MLPerf asks for: 600 seconds, its counts and its bounds.
  case mlperf
  /// Bounded time: 10 seconds at least and 120 at most, and only the counts without which early stopping says nothing.
  case short
  /// What LoadGen itself starts from before it reads any file.
  case loadgen

  /// Whether results follow MLPerf's rules of length and count. They are unofficial in any case.
  public var isComparable: Bool { self == .mlperf }

  /// What must be said beside every result of the profile.
  public var label: String {
    switch self {
    case .mlperf: "MLPerf-like, unofficial"
    case .short, .loadgen: "not comparable with MLPerf"
    }
  }

  /// The settings for a scenario of a benchmark, with the official seeds. The Server scenario has no rate until
  /// somebody says one; nobody has to guess one for Offline.
  public func settings(
    for scenario: TestScenario, benchmark: Benchmark, mode: TestMode = .performance
  ) -> TestSettings {
    var settings = TestSettings(scenario: scenario, mode: mode)
    switch scenario {
    case .singleStream: settings.expectedLatency = 10_000_000
    case .multiStream: settings.expectedLatency = 80_000_000
    case .server:
      settings.targetLatency = benchmark.serverLatency
      settings.targetQPS = nil
    case .offline: break
    }
    switch self {
    case .mlperf:
      settings.minDuration = 600_000_000_000
      settings.performanceSampleCount = benchmark.performanceSampleCount
      switch scenario {
      case .singleStream, .server: settings.minQueryCount = 100
      case .multiStream: settings.minQueryCount = 662
      case .offline: settings.minSampleCount = benchmark.offlineSampleCount
      }
    case .short:
      settings.minDuration = 10_000_000_000
      // Accuracy mode ends with the last sample.
      settings.maxDuration = mode == .performance ? 120_000_000_000 : nil
      switch scenario {
      case .singleStream: settings.minQueryCount = 64
      case .multiStream: settings.minQueryCount = 662
      // So many queries under the bound, and none over it, satisfy the 99th percentile: 0.99^459 < 0.01.
      case .server: settings.minQueryCount = 459
      case .offline: settings.minSampleCount = 1
      }
    case .loadgen: return TestSettings(scenario: scenario, mode: mode)
    }
    return settings
  }
}
