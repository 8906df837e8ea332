/// A key of LoadGen's configuration files.
enum UserConfKey: String, CaseIterable {
  case mode
  case minDuration = "min_duration"
  case maxDuration = "max_duration"
  case minQueryCount = "min_query_count"
  case maxQueryCount = "max_query_count"
  case targetQPS = "target_qps"
  case targetLatency = "target_latency"
  case targetLatencyPercentile = "target_latency_percentile"
  case samplesPerQuery = "samples_per_query"
  case performanceSampleCount = "performance_sample_count_override"
  case accuracySampleCount = "accuracy_sample_count_override"
  case issueUnique = "performance_issue_unique"
  case issueSame = "performance_issue_same"
  case issueSameIndex = "performance_issue_same_index"
  case concatenatePermutation = "sample_concatenate_permutation"
  case accuracyLogSeed = "accuracy_log_rng_seed"
  case accuracyLogTarget = "accuracy_log_sampling_target"
  case librarySeed = "qsl_rng_seed"
  case sampleIndexSeed = "sample_index_rng_seed"
  case scheduleSeed = "schedule_rng_seed"
  case coalesceQueries = "coalesce_queries"
  case maxAsyncQueries = "max_async_queries"
  case useTokenLatencies = "use_token_latencies"
  case inferTokenLatencies = "infer_token_latencies"
  case test05
  case tokenFactor = "token_latency_scaling_factor"
  case firstTokenLatency = "ttft_latency"
  case tokenLatency = "tpot_latency"
  case test05LibrarySeed = "test05_qsl_rng_seed"
  case test05SampleIndexSeed = "test05_sample_index_rng_seed"
  case test05ScheduleSeed = "test05_schedule_rng_seed"
  case targetDuration = "target_duration"
  case printTimestamps = "print_timestamps"

  /// What Assay makes of a key.
  enum Meaning {
    /// It changes the test.
    case setting
    /// Assay has no such thing: only "off" (0) can be obeyed.
    case absent
    /// It changes nothing that is measured, in LoadGen or for the models that Assay runs.
    case idle
  }

  var meaning: Meaning {
    switch self {
    case .coalesceQueries, .maxAsyncQueries, .useTokenLatencies, .inferTokenLatencies, .test05: .absent
    case .tokenFactor, .firstTokenLatency, .tokenLatency, .test05LibrarySeed, .test05SampleIndexSeed,
      .test05ScheduleSeed, .targetDuration, .printTimestamps:
      .idle
    default: .setting
    }
  }

  /// Whether LoadGen 6.0 takes the key only from the `mlperf.conf` that is built into it, and passes over it in other files.
  var isBuiltInOnly: Bool { [.librarySeed, .sampleIndexSeed, .scheduleSeed].contains(self) }

  /// Whether a key is a threshold that scripts of the audits read and LoadGen does not (`test07_accuracy_threshold`).
  static func isThreshold(_ key: String) -> Bool {
    key.hasPrefix("test") && key.dropFirst(4).prefix(2).allSatisfy(\.isNumber) && key.dropFirst(6).hasPrefix("_")
      && UserConfKey(rawValue: key) == nil
  }
}
