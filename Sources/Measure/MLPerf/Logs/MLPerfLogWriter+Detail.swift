import LoadGen

extension MLPerfLogWriter {
  /// `mlperf_log_detail.txt`.
  static func detail(_ log: RunLog) -> String {
    var lines = DetailLines(log)
    addHead(log, to: &lines)
    addRequested(log.result.requested, to: &lines)
    addEffective(log.result, to: &lines)
    addTraffic(log, to: &lines)
    for (severity, key, messages) in [
      (DetailLines.Severity.error, "error_runtime", log.errors),
      (.warning, "warning_generic_message", log.allWarnings),
    ] {
      for message in messages {
        lines.add(key, json: JSONText.string(message), at: log.powerEnd - log.startedAt, severity: severity)
      }
    }
    let end = max(0, log.powerEnd - log.startedAt)
    lines.add("power_begin", json: JSONText.string(LogStamp.power(log.powerBegin)), at: end)
    lines.add("power_end", json: JSONText.string(LogStamp.power(log.powerEnd)), at: end)
    if log.result.effective.mode == .performance {
      addResults(log, at: end, to: &lines)
      lines.add("num_errors", json: "\(log.errors.count)", at: end)
    }
    addOurs(log, at: end, to: &lines)
    return lines.text
  }

  private static func addHead(_ log: RunLog, to lines: inout DetailLines) {
    let result = log.result
    lines.add("loadgen_version", json: JSONText.string("6.0 (\(log.software), unofficial)"), at: 0)
    lines.add("test_datetime", json: JSONText.string(LogStamp.datetime(log.startedAt)), at: 0)
    lines.add("sut_name", json: JSONText.string(result.system), at: 0)
    lines.add("qsl_name", json: JSONText.string(result.library.name), at: 0)
    lines.add("qsl_reported_total_count", json: "\(result.library.totalCount)", at: 0)
    lines.add("qsl_reported_performance_count", json: "\(result.library.performanceCount)", at: 0)
  }

  private static func addRequested(_ settings: TestSettings, to lines: inout DetailLines) {
    func add(_ key: String, _ json: String, line: Int = #line) {
      lines.add("requested_\(key)", json: json, at: 0, line: line)
    }
    add("scenario", JSONText.string(settings.scenario.rawValue))
    add("test_mode", JSONText.string(settings.mode.rawValue))
    let percentile = JSONText.number(settings.targetLatencyPercentile)
    switch settings.scenario {
    case .singleStream:
      add("single_stream_expected_latency_ns", "\(settings.expectedLatency ?? 1_000_000)")
      add("single_stream_target_latency_percentile", percentile)
    case .multiStream:
      add("multi_stream_expected_latency_ns", "\(settings.expectedLatency ?? 8_000_000)")
      add("multi_stream_target_latency_percentile", percentile)
      add("multi_stream_samples_per_query", "\(settings.samplesPerQuery)")
    case .server:
      add("server_target_qps", JSONText.number(settings.targetQPS ?? 0))
      add("server_target_latency_ns", "\(settings.loggedBound)")
      add("server_target_latency_percentile", percentile)
      add("server_coalesce_queries", "false")
      // What LoadGen starts from, for readers that expect the keys: its own search for the peak is not used.
      add("server_find_peak_qps_decimals_of_precision", "1")
      add("server_find_peak_qps_boundary_step_size", "1")
      add("server_max_async_queries", "0")
      add("server_num_issue_query_threads", "0")
    case .offline: add("offline_expected_qps", JSONText.number(settings.targetQPS ?? 0))
    }
    add("min_duration_ms", milliseconds(settings.minDuration))
    add("max_duration_ms", milliseconds(settings.maxDuration ?? 0))
    add("min_query_count", "\(settings.requestedLeastCount)")
    add("max_query_count", "\(settings.maxQueryCount ?? 0)")
    addTraffic(settings, prefix: "requested_", to: &lines)
    add("performance_sample_count_override", "\(settings.performanceSampleCount ?? 0)")
    add("accuracy_sample_count_override", "\(settings.accuracySampleCount ?? 0)")
    add("sample_concatenate_permutation", "\(settings.concatenatesPermutations)")
  }

  private static func addEffective(_ result: TestResult, to lines: inout DetailLines) {
    let settings = result.effective
    func add(_ key: String, _ json: String, line: Int = #line) {
      lines.add("effective_\(key)", json: json, at: 0, line: line)
    }
    add("scenario", JSONText.string(settings.scenario.rawValue))
    add("test_mode", JSONText.string(settings.mode.rawValue))
    add("samples_per_query", "\(settings.samplesPerQuery)")
    add("target_qps", JSONText.number(settings.targetQPS ?? 0))
    add("target_latency_ns", "\(settings.loggedBound)")
    add("target_latency_percentile", JSONText.number(settings.targetLatencyPercentile))
    add("max_async_queries", "\(settings.asynchronousQueries)")
    add("target_duration_ms", settings.scenario == .offline ? "0" : milliseconds(settings.minDuration))
    add("min_duration_ms", milliseconds(settings.minDuration))
    add("max_duration_ms", milliseconds(settings.maxDuration ?? 0))
    add("min_query_count", "\(settings.minQueryCount)")
    add("max_query_count", "\(settings.maxQueryCount ?? 0)")
    add("min_sample_count", "\(settings.minSampleCount)")
    addTraffic(settings, prefix: "effective_", to: &lines)
    add("performance_sample_count", "\(settings.performanceSampleCount ?? result.library.performanceCount)")
    add("accuracy_sample_count", "\(settings.accuracySampleCount ?? result.library.totalCount)")
    add("sample_concatenate_permutation", "\(settings.concatenatesPermutations)")
  }

  /// Seeds, logged responses and which samples are issued: the same keys for both kinds of settings.
  private static func addTraffic(_ settings: TestSettings, prefix: String, to lines: inout DetailLines) {
    func add(_ key: String, _ json: String, line: Int = #line) {
      lines.add(prefix + key, json: json, at: 0, line: line)
    }
    add("qsl_rng_seed", "\(settings.seeds.library)")
    add("sample_index_rng_seed", "\(settings.seeds.sampleIndex)")
    add("schedule_rng_seed", "\(settings.seeds.schedule)")
    add("accuracy_log_rng_seed", "\(settings.seeds.accuracyLog)")
    add("accuracy_log_probability", JSONText.number(settings.accuracyLogProbability))
    add("accuracy_log_sampling_target", "\(settings.accuracyLogSamplingTarget)")
    add("print_timestamps", "false")
    add("performance_issue_unique", "\(settings.issuesUnique)")
    add("performance_issue_same", "\(settings.issuesSame)")
    add("performance_issue_same_index", "\(settings.sameIndex)")
  }

  private static func addTraffic(_ log: RunLog, to lines: inout DetailLines) {
    let result = log.result
    let begin = max(0, log.powerBegin - log.startedAt)
    let mode = result.effective.mode == .performance ? "performance" : "accuracy"
    lines.add("generic_message", json: JSONText.string("Starting \(mode) mode"), at: begin)
    lines.add("loaded_qsl_set", json: "[\(result.loadedSet.map(String.init).joined(separator: ","))]", at: begin)
    let end = max(0, log.powerEnd - log.startedAt)
    // LoadGen's schedule ends with the query that is not issued any more.
    let last =
      result.effective.scenario == .server ? result.nextScheduled ?? result.lastScheduled : result.lastIssued
    lines.add("generated_query_count", json: "\(result.queryCount)", at: end)
    lines.add("generated_samples_per_query", json: "\(generatedSamplesPerQuery(result))", at: end)
    lines.add("generated_query_duration", json: "\(last)", at: end)
    if result.end == .rule, result.effective.mode == .performance {
      lines.add(
        "generic_message", json: JSONText.string("Ending naturally: Minimum query count and test duration met."),
        at: end)
    }
  }

  /// Offline issues one query of as many samples as were needed.
  private static func generatedSamplesPerQuery(_ result: TestResult) -> Int {
    result.effective.scenario == .offline ? result.sampleCount : result.effective.samplesPerQuery
  }

  private static func milliseconds(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000_000)" }
}
