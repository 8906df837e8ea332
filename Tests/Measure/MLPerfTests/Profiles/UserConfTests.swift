import Foundation
import LoadGen
import Testing

@testable import MLPerf

/// What `mlcommons-loadgen` 6.0.17 shows after `FromConfig(path, "resnet50", scenario, 1)` is the reference for every value.
@Suite struct UserConfTests {
  private static func applied(
    _ text: String, scenario: TestScenario = .server, model: String = "resnet50"
  ) throws -> TestSettings {
    var settings = TestSettings(scenario: scenario)
    try UserConf(parsing: text, file: "user.conf").apply(to: &settings, model: model)
    return settings
  }

  @Test(arguments: [
    (
      "*.*.min_duration = 1\n*.Server.min_duration = 2\nresnet50.*.min_duration = 3\nresnet50.Server.min_duration = 4",
      4
    ),
    (
      "resnet50.Server.min_duration = 4\nresnet50.*.min_duration = 3\n*.Server.min_duration = 2\n*.*.min_duration = 1",
      4
    ),
    ("resnet50.*.min_duration = 3\n*.Server.min_duration = 2\n*.*.min_duration = 1", 2),
    ("*.Server.min_duration = 2\nresnet50.*.min_duration = 3", 2),
    ("*.*.min_duration = 1\nresnet50.*.min_duration = 3", 3),
    ("*.*.min_duration = 1\n*.*.min_duration = 7", 7),
    ("bert.*.min_duration = 5\n*.Offline.min_duration = 6", 10_000),
    ("RESNET50.*.min_duration = 1", 10_000),
    ("  # a comment\n\n\t*.*.min_duration\t=\t5\r\n#*.*.min_duration = 9", 5),
    ("", 10_000),
  ])
  func findsTheLineAsLoadGenDoes(text: String, milliseconds: Int64) throws {
    #expect(try Self.applied(text).minDuration == milliseconds * 1_000_000)
  }

  @Test func readsTimesPercentsAndCountsByScenario() throws {
    let text = """
      *.*.target_qps = 5
      *.*.target_latency = 6
      *.*.target_latency_percentile = 70
      *.*.samples_per_query = 4
      *.*.min_query_count = 7
      *.*.max_query_count = 8
      *.*.max_duration = 200
      """
    let server = try Self.applied(text)
    #expect(server.targetQPS == 5)
    #expect(server.targetLatency == 6_000_000)
    #expect(server.targetLatencyPercentile == 0.7000000000000001)
    #expect(server.samplesPerQuery == 1)
    #expect(server.minQueryCount == 7)
    #expect(server.maxQueryCount == 8)
    #expect(server.maxDuration == 200_000_000)
    let single = try Self.applied(text, scenario: .singleStream)
    #expect(single.expectedLatency == 6_000_000)
    #expect(single.targetLatency == nil)
    #expect(single.targetLatencyPercentile == 0.7000000000000001)
    #expect(single.targetQPS == nil)
    let multi = try Self.applied(text, scenario: .multiStream)
    #expect(multi.samplesPerQuery == 4)
    #expect(multi.expectedLatency == 6_000_000)
    let offline = try Self.applied(text, scenario: .offline)
    #expect(offline.targetQPS == 5)
    #expect(offline.targetLatency == nil)
    #expect(offline.targetLatencyPercentile == 0.99)
    #expect(offline.minSampleCount == 7)
    #expect(offline.minQueryCount == 1)
  }

  @Test(arguments: [
    ("95", 0.9500000000000001), ("99.9", 0.9990000000000001), ("0.9", 0.009000000000000001), ("90", 0.9),
  ])
  func takesPercentilesInPercent(text: String, share: Double) throws {
    #expect(
      try Self.applied("*.SingleStream.target_latency_percentile = \(text)", scenario: .singleStream)
        .targetLatencyPercentile == share)
  }

  @Test func keepsFractionsOfExpectedLatency() throws {
    #expect(
      try Self.applied("*.*.target_latency = 0.5", scenario: .multiStream).expectedLatency == 500_000)
  }

  @Test func readsIssueSeedsAndSamples() throws {
    let settings = try Self.applied(
      """
      *.*.performance_issue_same = 1
      *.*.performance_issue_same_index = 3
      *.*.accuracy_log_rng_seed = 18446744073709551615
      *.*.accuracy_log_sampling_target = 100
      *.*.performance_sample_count_override = 11
      *.*.accuracy_sample_count_override = 0
      *.*.mode = 2
      *.*.schedule_rng_seed = 3
      """)
    #expect(settings.issue == .same(index: 3))
    #expect(settings.seeds.accuracyLog == .max)
    #expect(settings.accuracyLogSamplingTarget == 100)
    #expect(settings.performanceSampleCount == 11)
    #expect(settings.accuracySampleCount == nil)
    #expect(settings.mode == .performance)
    #expect(settings.seeds.schedule == 3)
    #expect(try Self.applied("*.*.sample_concatenate_permutation = 1\n*.*.mode = 1").concatenatesPermutations)
    #expect(try Self.applied("*.*.mode = 1").mode == .accuracy)
    #expect(try Self.applied("*.*.performance_issue_unique = 1").issue == .unique)
    #expect(try Self.applied("*.*.performance_issue_unique = 0").issue == .drawn)
  }

  @Test func tellsWhichLinesLoadGenPassesOver() throws {
    var settings = TestSettings(scenario: .server)
    let notes = try UserConf(parsing: "*.*.min_duration = 4\n*.*.qsl_rng_seed = 3", file: "u").apply(
      to: &settings, model: "bert")
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("u:2: LoadGen 6.0 takes `qsl_rng_seed` only from its own mlperf.conf") == true)
  }

  /// Each of these LoadGen passes over in silence, or takes for something else, or refuses without a place.
  @Test(arguments: [
    ("resnet50.*.min_duration=3", 1, "spaces around `=`"),
    ("*.*.min_duration", 1, "spaces around `=`"),
    ("*.*.min_duration =", 1, "no value"),
    ("\n*.*.min_duration = 3 4", 2, "more than one value"),
    ("*.*.min_duration = 3 # comment", 1, "more than one value"),
    ("x y z", 1, "spaces around `=`"),
    ("min_duration = 7", 1, "`model.scenario.key`"),
    ("a.b.c.d = 7", 1, "`model.scenario.key`"),
    (".*.min_duration = 7", 1, "`model.scenario.key`"),
    ("*.server.min_duration = 1", 1, "SingleStream, MultiStream, Server, Offline"),
    ("*.*.min_duratoin = 1", 1, "no key `min_duratoin`"),
    ("*.*.accuracy_log_probability = 0.5", 1, "no key"),
    ("*.*.min_duration = abc", 1, "whole number"),
    ("*.*.min_duration = 3.7", 1, "whole number"),
    ("*.*.min_duration = -5", 1, "whole number"),
    ("*.*.min_duration = +5", 1, "whole number"),
    ("*.*.min_duration = 0x10", 1, "whole number"),
    ("*.*.min_duration = 010", 1, "whole number"),
    ("*.*.min_duration = 1e5", 1, "whole number"),
    ("*.*.min_duration = 99999999999999999999999", 1, "whole number"),
    ("*.*.min_duration = 18446744073709551615", 1, "whole number"),
    ("*.Server.target_latency = 0.5", 1, "whole number"),
    ("*.*.target_qps = nan", 1, "rate a second above 0"),
    ("*.*.target_qps = inf", 1, "rate a second above 0"),
    ("*.*.target_qps = -3", 1, "rate a second above 0"),
    ("*.*.target_latency_percentile = 100", 1, "percentage between 0 and 100"),
    ("*.*.performance_issue_same = true", 1, "whole number from 0 to 1"),
    ("*.*.performance_issue_same = 2", 1, "whole number from 0 to 1"),
    ("*.*.mode = 0", 1, "one after the other"),
    ("*.*.mode = 3", 1, "assay mlperf peak"),
    ("*.*.mode = 4", 1, "neither"),
    ("*.*.coalesce_queries = 1", 1, "does not do"),
    ("*.*.performance_issue_unique = 1\n*.*.performance_issue_same = 1", 2, "at most one"),
  ])
  func refuses(text: String, line: Int, words: String) throws {
    let error = #expect(throws: UserConfError.self) { try Self.applied(text) }
    #expect(error?.line == line)
    #expect(error?.kind == .contents)
    #expect(error?.description.hasPrefix("user.conf:\(line): ") == true)
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
  }

  /// What decides nothing for this model and scenario may stand in the file, as in the official one.
  @Test func looksOnlyAtLinesThatDecide() throws {
    let settings = try Self.applied(
      "llama2-70b.*.use_token_latencies = 1\n*.Offline.coalesce_queries = 1\n*.*.coalesce_queries = 0\n"
        + "*.Server.target_duration = 0\n*.*.test07_accuracy_threshold = 60.698")
    #expect(settings == TestSettings(scenario: .server))
  }

  @Test func boundsWhatItReadsAndShows() throws {
    let error = #expect(throws: UserConfError.self) {
      try UserConf(parsing: String(repeating: "#", count: UserConf.sizeLimit + 1), file: "big")
    }
    #expect(error?.description == "big: a configuration file has at most 1048576 bytes.")
    let long = #expect(throws: UserConfError.self) {
      try UserConf(parsing: "\u{1B}[2J" + String(repeating: "x", count: 5000), file: "f")
    }
    #expect(long?.description.contains("\u{1B}") == false)
    #expect((long?.description.count ?? 0) < 200)
    let missing = #expect(throws: UserConfError.self) { try UserConf(contentsOf: "/nonexistent/user.conf") }
    #expect(missing?.kind == .unreadable)
  }

  @Test func readsFiles() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).conf").path
    try Data("*.*.min_duration = 5\n".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try UserConf(contentsOf: path).entries.map(\.value) == ["5"])
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path))
    #expect(throws: UserConfError.self) { try UserConf(contentsOf: path) }
    #expect(throws: UserConfError.self) { try UserConf(contentsOf: "/tmp") }
  }
}
