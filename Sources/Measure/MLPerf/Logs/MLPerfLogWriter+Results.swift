import LoadGen

extension MLPerfLogWriter {
  /// The verdict and the figures.
  static func addResults(_ log: RunLog, at end: Int64, to lines: inout DetailLines) {
    let figures = LogFigures(log)
    let result = log.result
    func add(_ key: String, _ json: String, line: Int = #line) { lines.add(key, json: json, at: end, line: line) }
    add("result_validity", JSONText.string(log.isValid ? "VALID" : "INVALID"))
    if result.effective.scenario == .server { add("result_perf_constraints_met", "\(figures.meetsBound)") }
    add("result_min_duration_met", "\(figures.meetsMinDuration)")
    add("result_min_queries_met", "\(figures.meetsMinQueries)")
    add("early_stopping_met", "\(figures.meetsEarlyStopping)")
    if !log.isValid {
      add("result_invalid_reason", JSONText.string(figures.recommendations.joined(separator: " ")))
    }
    // The summary's lines on one line, as LoadGen has them.
    let earlyStopping = figures.earlyStopping.map { $0 == "\n" ? " " : $0 }
    add("early_stopping_result", JSONText.string(String(earlyStopping)))
    add("result_query_count", "\(result.effective.scenario == .offline ? 1 : result.queryCount)")
    addFigures(log, figures, at: end, to: &lines)
    guard let latency = result.sampleLatency else { return }
    add("result_min_latency_ns", "\(latency.min)")
    add("result_max_latency_ns", "\(latency.max)")
    add("result_mean_latency_ns", "\(Int64(latency.mean))")
    for (label, value) in LogFigures.percentiles(latency) { add("result_\(label)_percentile_latency_ns", "\(value)") }
  }

  /// What each scenario has of its own.
  private static func addFigures(_ log: RunLog, _ figures: LogFigures, at end: Int64, to lines: inout DetailLines) {
    let result = log.result
    let estimate = result.earlyStopping
    func add(_ key: String, _ json: String, line: Int = #line) { lines.add(key, json: json, at: end, line: line) }
    switch result.effective.scenario {
    case .singleStream:
      add("result_qps_with_loadgen_overhead", JSONText.number(figures.rateWithOverhead))
      add("result_qps_without_loadgen_overhead", JSONText.number(figures.rateWithoutOverhead))
      add("early_stopping_latency_ss", "\(estimate?.latency ?? 0)")
      add("early_stopping_latency_ms", "\(estimate?.latency99 ?? 0)")
    case .multiStream:
      if let latency = result.queryLatency {
        add("result_min_query_latency_ns", "\(latency.min)")
        add("result_max_query_latency_ns", "\(latency.max)")
        add("result_mean_query_latency_ns", "\(Int64(latency.mean))")
        for (label, value) in LogFigures.percentiles(latency) {
          add("result_\(label)_percentile_per_query_latency_ns", "\(value)")
        }
      }
      add("early_stopping_latency_ms", "\(estimate?.latency ?? 0)")
    case .server:
      add("result_overlatency_query_count", "\(result.overLatencyCount)")
      add("result_scheduled_samples_per_sec", JSONText.number(figures.scheduledRate))
      add("result_completed_samples_per_sec", JSONText.number(figures.completedRate))
    case .offline: add("result_samples_per_second", JSONText.number(figures.samplesPerSecond))
    }
  }

  /// What LoadGen does not tell.
  static func addOurs(_ log: RunLog, at end: Int64, to lines: inout DetailLines) {
    let result = log.result
    func add(_ key: String, _ json: String, line: Int = #line) {
      lines.add("assay_\(key)", json: json, at: end, line: line)
    }
    add("label", JSONText.string(log.label))
    add("end", JSONText.string(result.end.rawValue))
    add("sample_count", "\(result.sampleCount)")
    add("completed_sample_count", "\(result.completedCount)")
    add("concurrency_mean", JSONText.number(result.concurrency.mean))
    add("concurrency_peak", "\(result.concurrency.peak)")
    if let lateness = result.lateness {
      add("lateness_mean_ns", JSONText.number(lateness.mean))
      add("lateness_max_ns", "\(lateness.max)")
    }
    add("num_errors", "\(log.errors.count)")
    if let clock = result.clock {
      add("clock_measured_ns", "\(clock.measured)")
      add("clock_monotonic_ns", "\(clock.monotonic)")
      add("clock_realtime_ns", "\(clock.realtime)")
    }
  }
}
