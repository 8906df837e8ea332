import LoadGen

/// A test of a test: whether a system does in performance mode what it does otherwise.
public enum Audit: String, CaseIterable, Codable, Hashable, Sendable {
  /// Some responses of performance mode are kept: they must be those of accuracy mode, and keeping them must cost nothing.
  case test01 = "TEST01"
  /// One sample is issued again and again: the system must not be faster, as it were if it kept responses.
  case test04 = "TEST04"

  /// How many responses TEST01 wants, and the seed that chooses them (MLPerf's `audit.config`).
  public static let samplingTarget = 1024
  /// The seed that chooses which responses are kept.
  public static let samplingSeed: UInt64 = 720_381_539_243_781_796
  /// The place in the loaded set of the sample that TEST04 repeats.
  public static let repeatedIndex = 3

  /// The settings of the audited run, from those of the run that it is held against.
  ///
  /// - Parameter sampleCount: How many samples that run had. A target alone is a share of the samples that are expected, which
  ///   hints may have far too low, so that every response would be kept; nil leaves the official file's target.
  public func settings(from reference: TestSettings, sampleCount: Int? = nil) -> TestSettings {
    var settings = reference
    settings.mode = .performance
    switch self {
    case .test01:
      settings.seeds.accuracyLog = Self.samplingSeed
      settings.accuracyLogSamplingTarget = Self.samplingTarget
      if let sampleCount {
        settings.accuracyLogProbability = min(1, Double(Self.samplingTarget) / Double(max(sampleCount, 1)))
        settings.accuracyLogSamplingTarget = 0
      }
    case .test04:
      settings.concatenatesPermutations = false
      settings.issue = .same(index: Self.repeatedIndex)
    }
    return settings
  }

  /// Whether MLPerf audits a benchmark so: where inference takes as long as the input is, one repeated sample says nothing.
  public func applies(to benchmark: Benchmark) -> Bool { self == .test01 || benchmark != .bert }
}
