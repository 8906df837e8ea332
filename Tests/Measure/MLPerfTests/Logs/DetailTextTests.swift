import Foundation
import LoadGen
import MLPerf
import Testing

@Suite struct DetailTextTests {
  private static func lines(_ log: RunLog) throws -> [Substring] {
    try LogFixtures.text(MLPerfLogWriter.FileName.detail, of: log).split(separator: "\n")
  }

  private static func keys(_ log: RunLog) throws -> [String] {
    let text = try LogFixtures.text(MLPerfLogWriter.FileName.detail, of: log)
    return try DetailLog(parsing: Array(text.utf8), path: "detail").lines.map(\.key)
  }

  private static let traffic = [
    "qsl_rng_seed", "sample_index_rng_seed", "schedule_rng_seed", "accuracy_log_rng_seed", "accuracy_log_probability",
    "accuracy_log_sampling_target", "print_timestamps", "performance_issue_unique", "performance_issue_same",
    "performance_issue_same_index",
  ]
  private static let percentiles = ["50.00", "90.00", "95.00", "97.00", "99.00", "99.90"]

  /// LoadGen's keys in its order, less those about how it was built and what its logger did.
  private static func expected(_ scenario: TestScenario) -> [String] {
    let requested: [String] =
      switch scenario {
      case .singleStream: ["single_stream_expected_latency_ns", "single_stream_target_latency_percentile"]
      case .multiStream:
        [
          "multi_stream_expected_latency_ns", "multi_stream_target_latency_percentile",
          "multi_stream_samples_per_query",
        ]
      case .server:
        [
          "server_target_qps", "server_target_latency_ns", "server_target_latency_percentile",
          "server_coalesce_queries", "server_find_peak_qps_decimals_of_precision",
          "server_find_peak_qps_boundary_step_size", "server_max_async_queries", "server_num_issue_query_threads",
        ]
      case .offline: ["offline_expected_qps"]
      }
    let figures: [String] =
      switch scenario {
      case .singleStream:
        [
          "result_qps_with_loadgen_overhead", "result_qps_without_loadgen_overhead", "early_stopping_latency_ss",
          "early_stopping_latency_ms",
        ]
      case .multiStream:
        ["result_min_query_latency_ns", "result_max_query_latency_ns", "result_mean_query_latency_ns"]
          + percentiles.map { "result_\($0)_percentile_per_query_latency_ns" } + ["early_stopping_latency_ms"]
      case .server:
        ["result_overlatency_query_count", "result_scheduled_samples_per_sec", "result_completed_samples_per_sec"]
      case .offline: ["result_samples_per_second"]
      }
    let counts = ["min_duration_ms", "max_duration_ms", "min_query_count", "max_query_count"]
    var keys = ["loadgen_version", "test_datetime", "sut_name", "qsl_name"]
    keys += ["qsl_reported_total_count", "qsl_reported_performance_count"]
    keys += (["scenario", "test_mode"] + requested + counts + traffic).map { "requested_\($0)" }
    keys += ["requested_performance_sample_count_override", "requested_accuracy_sample_count_override"]
    keys += ["requested_sample_concatenate_permutation"]
    let effective =
      ["scenario", "test_mode", "samples_per_query", "target_qps", "target_latency_ns", "target_latency_percentile"]
      + ["max_async_queries", "target_duration_ms"] + counts + ["min_sample_count"] + traffic
      + ["performance_sample_count", "accuracy_sample_count", "sample_concatenate_permutation"]
    keys += effective.map { "effective_\($0)" }
    keys += ["generic_message", "loaded_qsl_set", "generated_query_count", "generated_samples_per_query"]
    keys += ["generated_query_duration", "generic_message", "power_begin", "power_end", "result_validity"]
    if scenario == .server { keys.append("result_perf_constraints_met") }
    keys += ["result_min_duration_met", "result_min_queries_met", "early_stopping_met"]
    if scenario == .multiStream { keys.append("result_invalid_reason") }
    keys += ["early_stopping_result", "result_query_count"] + figures
    keys += ["result_min_latency_ns", "result_max_latency_ns", "result_mean_latency_ns"]
    return keys + percentiles.map { "result_\($0)_percentile_latency_ns" } + ["num_errors"]
  }

  @Test(arguments: TestScenario.allCases)
  func hasLoadGensKeysInItsOrder(scenario: TestScenario) throws {
    let keys = try Self.keys(LogFixtures.log(scenario))
    #expect(keys.filter { !$0.hasPrefix("assay_") } == Self.expected(scenario))
    // Ours come last.
    #expect(keys.drop { !$0.hasPrefix("assay_") }.allSatisfy { $0.hasPrefix("assay_") })
  }

  @Test func writesLinesAsLoadGenDoes() throws {
    let lines = try Self.lines(LogFixtures.log(.singleStream))
    let tail =
      #", "namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": {"is_error": false, "is_warning": "#
      + #"false, "file": "MLPerf/MLPerfLogWriter+"#
    func expect(_ start: String) {
      #expect(lines.contains { $0.hasPrefix(":::MLLOG {\(start)\(tail)") }, "\(start)")
    }
    expect(#""key": "loadgen_version", "value": "6.0 (Assay 1.0, unofficial)", "time_ms": 0.000000"#)
    expect(#""key": "test_datetime", "value": "2026-11-22T10:44:24Z", "time_ms": 0.000000"#)
    expect(#""key": "requested_single_stream_target_latency_percentile", "value": 0.9, "time_ms": 0.000000"#)
    expect(#""key": "effective_target_qps", "value": 1000, "time_ms": 0.000000"#)
    expect(#""key": "effective_schedule_rng_seed", "value": 16159082839903944936, "time_ms": 0.000000"#)
    expect(#""key": "effective_performance_issue_same", "value": false, "time_ms": 0.000000"#)
    expect(#""key": "loaded_qsl_set", "value": [1,5,13], "time_ms": 477.000000"#)
    expect(#""key": "power_begin", "value": "11-22-2026 10:44:24.477", "time_ms": 1478.506000"#)
    expect(#""key": "power_end", "value": "11-22-2026 10:44:25.478", "time_ms": 1478.506000"#)
    expect(#""key": "early_stopping_latency_ss", "value": 1171267, "time_ms": 1478.506000"#)
    expect(
      #""key": "early_stopping_result", "value": " * Processed at least 64 queries (833).  * Would discard 62 highest "#
        + #"latency queries.  * Early stopping 90.0th percentile estimate: 1171267  * Early stopping 99.0th percentile "#
        + #"estimate: 11185386", "time_ms": 1478.506000"#)
    expect(#""key": "result_qps_with_loadgen_overhead", "value": 831.7473884330199, "time_ms": 1478.506000"#)
    #expect(lines.first?.contains(#""pid": 10429, "tid": 10429}}"#) == true)
  }

  /// What the official tools do with every line: cut the marker, read the rest as JSON.
  @Test func isJSONWhateverNamesHold() throws {
    let name = "a\"b\\c\n\u{1}\u{7F}é\u{2028}"
    let lines = try Self.lines(
      LogFixtures.log(.offline) {
        $0.system = name
        $0.concurrency.mean = .nan
        $0.faults.failed = 1
        $0.faults.reasons = [name]
      })
    var found: [String] = []
    for line in lines {
      let json = try JSONSerialization.jsonObject(with: Data(line.dropFirst(9).utf8)) as? [String: Any]
      if json?["key"] as? String == "sut_name" { found.append(json?["value"] as? String ?? "") }
    }
    #expect(found == [name])
    let detail = try DetailLog(parsing: Array(lines.joined(separator: "\n").utf8), path: "d")
    #expect(detail.errors == ["1 sample failed.", "The system said: \(name)"])
    #expect(detail["num_errors"]?.int == 2)
    #expect(detail["result_validity"]?.text == "INVALID")
    #expect(detail["assay_concurrency_mean"] == .null)
  }

  @Test func accuracyModeHasNoResults() throws {
    let keys = try Self.keys(LogFixtures.log(.server, mode: .accuracy))
    #expect(!keys.contains { $0.hasPrefix("result_") })
    #expect(keys.contains("effective_accuracy_sample_count"))
  }

  @Test func writesResponsesInHexadecimal() throws {
    let log = LogFixtures.log(.singleStream, mode: .accuracy)
    let text = try LogFixtures.text(MLPerfLogWriter.FileName.accuracy, of: log)
    #expect(text.hasPrefix("[\n{ \"seq_id\" : 0, \"qsl_idx\" : 199, \"data\" : \"0000AB\" },\n"))
    #expect(text.hasSuffix("},\n{ \"seq_id\" : 199, \"qsl_idx\" : 0, \"data\" : \"C700AB\" }\n]\n"))
    #expect(try AccuracyLog(parsing: Array(text.utf8), path: "a").responses == log.responses)
    var empty = log
    empty.responses = []
    #expect(try LogFixtures.text(MLPerfLogWriter.FileName.accuracy, of: empty) == "[\n]\n")
    var many = log
    many.responses = LogFixtures.responses(200) + LogFixtures.responses(200) + LogFixtures.responses(112)
    let long = try LogFixtures.text(MLPerfLogWriter.FileName.accuracy, of: many)
    #expect(try AccuracyLog(parsing: Array(long.utf8), path: "a").responses == many.responses)
  }

  @Test func anotherWriterNeedsNothingOfTheFirst() throws {
    let writers: [any RunLogWriter] = [MLPerfLogWriter(), JSONLogWriter()]
    let names = try writers.flatMap { try $0.files(of: LogFixtures.log(.server)).map(\.name) }
    #expect(
      names == ["mlperf_log_summary.txt", "mlperf_log_detail.txt", "mlperf_log_accuracy.json", "run.json"])
    let bytes = try JSONLogWriter().files(of: LogFixtures.log(.server) { $0.concurrency.mean = .nan })[0].bytes
    let json = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect(json?["format"] as? String == "assay-mlperf-run")
    #expect((json?["result"] as? [String: Any])?["queryCount"] as? Int == 1036)
    #expect(json?["isValid"] as? Bool == true)
  }

  @Test func foldersKeepWhatIsThere() throws {
    try LogFixtures.withFolder(LogFixtures.log(.server)) { path in
      let files = [LogFile(name: "mlperf_log_summary.txt", text: "other")]
      #expect(throws: LogFolderError.self) { try LogFolder(path: path).write(files, replacing: false) }
      #expect(try SummaryLog(path: "\(path)/mlperf_log_summary.txt")["Result is"] == "VALID")
      try LogFolder(path: path).write(files, replacing: true)
      #expect(try String(contentsOfFile: "\(path)/mlperf_log_summary.txt", encoding: .utf8) == "other")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 3)
      #expect(throws: LogFolderError.self) {
        try LogFolder(path: "\(path)/mlperf_log_summary.txt/below").write(files, replacing: true)
      }
    }
  }
}
