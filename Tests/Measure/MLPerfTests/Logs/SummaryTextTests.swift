import LoadGen
import MLPerf
import Testing

/// The texts are those of `mlcommons-loadgen` 6.0.17 for runs with these figures, but for what it recommends.
@Suite struct SummaryTextTests {
  private static let rule = String(repeating: "=", count: 48)

  private static func summary(_ log: RunLog) throws -> String {
    try LogFixtures.text(MLPerfLogWriter.FileName.summary, of: log)
  }

  private static func parameters(_ samples: Int, _ rate: Int, bound: Int = 0, async: Int = 1, queries: Int = 100)
    -> String
  {
    """

    \(rule)
    Test Parameters Used
    \(rule)
    samples_per_query : \(samples)
    target_qps : \(rate)
    target_latency (ns): \(bound)
    max_async_queries : \(async)
    min_duration (ms): 1000
    max_duration (ms): 0
    min_query_count : \(queries)
    max_query_count : 0
    qsl_rng_seed : 2085463073848966840
    sample_index_rng_seed : 2747215439041700203
    schedule_rng_seed : 16159082839903944936
    accuracy_log_rng_seed : 0
    accuracy_log_probability : 0
    accuracy_log_sampling_target : 0
    print_timestamps : 0
    performance_issue_unique : 0
    performance_issue_same : 0
    performance_issue_same_index : 0
    performance_sample_count : 100
    accuracy_sample_count : 200

    No warnings encountered during test.

    No errors encountered during test.

    """.replacing("\n      ", with: "\n").replacing("      \(rule)", with: rule)
  }

  @Test func singleStream() throws {
    let expected = """
      \(Self.rule)
      MLPerf Results Summary
      \(Self.rule)
      SUT name : PySUT
      Scenario : SingleStream
      Mode     : PerformanceOnly
      90.0th percentile latency (ns) : 1158683
      Result is : VALID
        Min duration satisfied : Yes
        Min queries satisfied : Yes
        Early stopping satisfied: Yes
      Early Stopping Result:
       * Processed at least 64 queries (833).
       * Would discard 62 highest latency queries.
       * Early stopping 90.0th percentile estimate: 1171267
       * Early stopping 99.0th percentile estimate: 11185386

      \(Self.rule)
      Additional Stats
      \(Self.rule)
      QPS w/ loadgen overhead         : 831.75
      QPS w/o loadgen overhead        : 838.71

      Min latency (ns)                : 1055641
      Max latency (ns)                : 11185386
      Mean latency (ns)               : 1192313
      50.00 percentile latency (ns)   : 1130762
      90.00 percentile latency (ns)   : 1158683
      95.00 percentile latency (ns)   : 1206192
      97.00 percentile latency (ns)   : 1274309
      99.00 percentile latency (ns)   : 3269656
      99.90 percentile latency (ns)   : 11185386

      """
    #expect(try Self.summary(LogFixtures.log(.singleStream)) == expected + Self.parameters(1, 1000))
  }

  @Test func multiStreamWithTooFewQueries() throws {
    let text = try Self.summary(LogFixtures.log(.multiStream))
    let expected = """
      99.0th percentile latency (ns) : 3749261
      Result is : INVALID
        Min duration satisfied : Yes
        Min queries satisfied : Yes
        Early stopping satisfied: NO
      Recommendations:
       * 662 answered queries are needed for an estimate of the percentile, and there are 251. 411 more would do.
      Early Stopping Result:
       * Only processed 251 queries.
       * Need to process at least 662 queries for early stopping.

      \(Self.rule)
      Additional Stats
      \(Self.rule)
      Per-query latency: \(" ")
      Min latency (ns)                : 1065941

      """
    #expect(text.contains(expected))
    #expect(text.hasSuffix(Self.parameters(8, 125)))
  }

  @Test func server() throws {
    let text = try Self.summary(LogFixtures.log(.server))
    let expected = """
      Completed samples per second    : 1032.24
      Result is : VALID
        Performance constraints satisfied : Yes
        Min duration satisfied : Yes
        Min queries satisfied : Yes
        Early stopping satisfied: Yes
      Early Stopping Result:
       * Run successful.

      \(Self.rule)
      Additional Stats
      \(Self.rule)
      Scheduled samples per second : 1032.41
      Min latency (ns)                : 9422

      """
    #expect(text.contains(expected))
    #expect(text.hasSuffix(Self.parameters(1, 1000, bound: 100_000_000, async: 0)))
  }

  @Test func serverOverTheBound() throws {
    let text = try Self.summary(LogFixtures.log(.server) { $0.overLatencyCount = 1036 })
    #expect(
      text.contains(
        """
        Result is : INVALID
          Performance constraints satisfied : NO
          Min duration satisfied : Yes
          Min queries satisfied : Yes
          Early stopping satisfied: NO
        Recommendations:

        """))
    #expect(
      text.contains(
        """
        Early Stopping Result:
         * Run unsuccessful.
         * Processed 1036 queries.
         * Would need to run at least 110264 more queries,
         with the run being successful if every additional
         query were under latency.


        """))
  }

  @Test func offlineHasNoEarlyStopping() throws {
    let text = try Self.summary(LogFixtures.log(.offline))
    #expect(text.contains("Mode     : PerformanceOnly\nSamples per second: 696.097"))
    #expect(
      text.contains(
        "Result is : VALID\n  Min duration satisfied : Yes\n  Min queries satisfied : Yes\n  Early stopping satisfied: Yes\n\n\(Self.rule)\nAdditional Stats\n\(Self.rule)\nMin latency"
      ))
    #expect(text.hasSuffix(Self.parameters(1100, 1000, queries: 1)))
  }

  @Test func accuracyHasNoResults() throws {
    #expect(
      try Self.summary(LogFixtures.log(.offline, mode: .accuracy))
        == "\nNo warnings encountered during test.\n\nNo errors encountered during test.\n")
  }

  @Test func singleStreamWithoutThe99thPercentile() throws {
    let text = try Self.summary(LogFixtures.log(.singleStream) { $0.earlyStopping?.latency99 = nil })
    #expect(
      text.contains(
        " * Not enough queries processed for 99.0th percentile\n early stopping estimate (would need to process at\n"
          + " least 662 total queries).\n\n"))
  }

  @Test func errorsMakeAResultInvalidAndAreCounted() throws {
    let one = try Self.summary(LogFixtures.log(.singleStream) { $0.faults.duplicates = 3 })
    #expect(one.contains("Result is : INVALID"))
    #expect(one.hasSuffix("\n1 ERROR encountered. See detailed log.\n"))
    let two = try Self.summary(
      LogFixtures.log(.singleStream) {
        $0.faults.failed = 1
        $0.end = .silent
      })
    #expect(two.hasSuffix("\n2 ERRORS encountered. See detailed log.\n"))
    let limited = try Self.summary(LogFixtures.log(.singleStream) { $0.end = .maxDuration })
    #expect(limited.contains("Result is : VALID"))
    #expect(limited.contains("\n1 warning encountered. See detailed log.\n"))
  }

  @Test func namesStayOnTheirLine() throws {
    let text = try Self.summary(LogFixtures.log(.singleStream) { $0.system = "a\nResult is : VALID" })
    #expect(text.contains("\nSUT name : a Result is : VALID\n"))
  }
}
