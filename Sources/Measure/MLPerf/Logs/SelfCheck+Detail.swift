import LoadGen

extension SelfCheck {
  /// Errors, doubled keys and clocks.
  static func events(_ detail: DetailLog) -> [Finding] {
    var findings: [Finding] = []
    let errors = detail.errors
    if !errors.isEmpty {
      let first = errors.prefix(3).map { UserConf.shown($0) }.joined(separator: " / ")
      findings.append(
        Finding(rule: .errors, sentence: "The test had \(errors.count) error\(errors.count == 1 ? "" : "s"): \(first)"))
    }
    for key in ["num_errors", "assay_num_errors"] {
      guard let told = detail[key], told.int != errors.count else { continue }
      findings.append(
        Finding(
          rule: .disagreement,
          sentence: "The detail log says `\(key)` is \(text(told)), and it has \(errors.count) lines that are errors."))
    }
    // In accuracy mode LoadGen logs each set that it loads.
    let isAccuracy = detail["effective_test_mode"]?.text == TestMode.accuracy.rawValue
    let ofSets: Set = ["loaded_qsl_set", "power_begin", "power_end"]
    for key in detail.duplicateKeys {
      if isAccuracy, ofSets.contains(key) || key.hasPrefix("generated_") || key.hasPrefix("logger_") { continue }
      findings.append(
        Finding(rule: .duplicateKey, sentence: "The detail log has `\(UserConf.shown(key))` more than once."))
    }
    return findings + clocks(detail)
  }

  private static func clocks(_ detail: DetailLog) -> [Finding] {
    guard let measured = detail["assay_clock_measured_ns"]?.double else { return [] }
    let limit = max(driftFloor, measured * driftShare)
    let others = [
      ("assay_clock_monotonic_ns", "the clock that time servers discipline"),
      ("assay_clock_realtime_ns", "the wall clock"),
    ]
    return others.compactMap { key, name in
      guard let other = detail[key]?.double, !(abs(other - measured) <= limit) else { return nil }
      return Finding(
        rule: .clock,
        sentence:
          "The test took \(seconds(measured)) s by the clock that measured it and \(seconds(other)) s by \(name); "
          + "at most \(seconds(limit)) s between them are believed.")
    }
  }

  /// Keys that official tools ask for.
  static func keys(_ detail: DetailLog, _ scenario: TestScenario, _ mode: TestMode) -> [Finding] {
    requiredKeys(scenario, mode).filter { detail[$0] == nil }.map {
      Finding(rule: .missingKey, sentence: "The detail log has no `\($0)`.")
    }
  }

  private static func requiredKeys(_ scenario: TestScenario, _ mode: TestMode) -> [String] {
    let settings = [
      "loadgen_version", "test_datetime", "sut_name", "qsl_name", "qsl_reported_total_count",
      "qsl_reported_performance_count", "requested_scenario", "requested_test_mode", "effective_samples_per_query",
      "effective_target_qps", "effective_target_latency_ns", "effective_target_latency_percentile",
      "effective_min_duration_ms", "effective_max_duration_ms", "effective_min_query_count",
      "effective_max_query_count", "effective_min_sample_count", "effective_qsl_rng_seed",
      "effective_sample_index_rng_seed", "effective_schedule_rng_seed", "effective_performance_issue_same",
      "effective_performance_sample_count", "effective_accuracy_sample_count",
      "effective_sample_concatenate_permutation", "loaded_qsl_set", "generated_query_count", "power_begin", "power_end",
    ]
    guard mode == .performance else { return settings }
    let results =
      [
        "result_validity", "result_min_duration_met", "result_min_queries_met", "early_stopping_met",
        "early_stopping_result", "result_query_count", "num_errors",
      ] + latencyKeys.map { "result_\($0)_latency_ns" }
    switch scenario {
    case .singleStream:
      return settings + results + [
        "result_qps_with_loadgen_overhead", "result_qps_without_loadgen_overhead", "early_stopping_latency_ss",
        "early_stopping_latency_ms",
      ]
    case .multiStream:
      return settings + results + ["result_99.00_percentile_per_query_latency_ns", "early_stopping_latency_ms"]
    case .server:
      return settings + results + [
        "result_perf_constraints_met", "result_overlatency_query_count", "result_scheduled_samples_per_sec",
        "result_completed_samples_per_sec",
      ]
    case .offline: return settings + results + ["result_samples_per_second"]
    }
  }

  private static let latencyKeys = [
    "min", "max", "mean", "50.00_percentile", "90.00_percentile", "95.00_percentile", "97.00_percentile",
    "99.00_percentile", "99.90_percentile",
  ]

  /// Whether the result is VALID.
  static func verdict(_ detail: DetailLog) -> [Finding] {
    guard let verdict = detail["result_validity"], verdict.text != "VALID" else { return [] }
    let reason =
      detail["result_invalid_reason"]?.text.map { ": " + ($0.count > 500 ? "\($0.prefix(500))..." : $0) } ?? "."
    return [Finding(rule: .validity, sentence: "The result is \(UserConf.shown(text(verdict)))\(reason)")]
  }

  static func text(_ value: LogValue) -> String {
    value.text ?? value.int.map(String.init) ?? value.double.map { "\($0)" } ?? value.bool.map { "\($0)" }
      ?? "no number"
  }

  private static func seconds(_ nanoseconds: Double) -> String {
    "\((nanoseconds / 1e6).rounded() / 1000)"
  }
}
