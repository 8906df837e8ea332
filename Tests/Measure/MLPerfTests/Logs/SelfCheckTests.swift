import Foundation
import LoadGen
import MLPerf
import Testing

@Suite struct SelfCheckTests {
  /// The rules that refuse a log after `change` of one file's text.
  private static func rules(
    _ log: RunLog, _ file: String = "mlperf_log_detail.txt", _ change: (String) -> String? = { $0 }
  ) throws -> [SelfCheck.Rule] {
    var rules: [SelfCheck.Rule] = []
    try LogFixtures.withFolder(log) { path in
      let old = try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
      if let new = change(old ?? "") {
        try Data(new.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
      } else {
        try FileManager.default.removeItem(atPath: "\(path)/\(file)")
      }
      let check = SelfCheck(directory: path)
      rules = check.findings.map(\.rule)
      #expect(check.isAccepted == rules.isEmpty)
      #expect(check.findings.allSatisfy { !$0.sentence.isEmpty })
    }
    return rules
  }

  private static let valid: [TestScenario] = [.singleStream, .server, .offline]

  @Test(arguments: valid)
  func acceptsWhatIsRight(scenario: TestScenario) throws {
    #expect(try Self.rules(LogFixtures.log(scenario)) == [])
    #expect(try Self.rules(LogFixtures.log(scenario, mode: .accuracy)) == [])
  }

  @Test func refusesErrorsAndInvalidResults() throws {
    #expect(try Self.rules(LogFixtures.log(.server) { $0.faults.unanswered = 2 }) == [.errors, .validity])
    #expect(try Self.rules(LogFixtures.log(.multiStream)) == [.validity])
    #expect(
      try Self.rules(LogFixtures.log(.offline, mode: .accuracy) { $0.faults.failed = 1 }) == [.errors])
  }

  @Test(arguments: [(Int64(9_000_000), 0), (11_000_000, 1), (-11_000_000, 1)])
  func refusesDriftingClocks(drift: Int64, count: Int) throws {
    let wall = try Self.rules(LogFixtures.log(.server) { $0.clock?.realtime += drift })
    #expect(wall == Array(repeating: .clock, count: count))
    let disciplined = try Self.rules(LogFixtures.log(.server) { $0.clock?.monotonic += drift })
    #expect(disciplined == Array(repeating: .clock, count: count))
  }

  /// A day's test may drift by more than a short one.
  @Test func measuresDriftAgainstTheTestsLength() throws {
    let log = LogFixtures.log(.server) {
      $0.clock = .init(measured: 600_000_000_000, monotonic: 600_500_000_000, realtime: 600_700_000_000, begin: 0)
    }
    #expect(try Self.rules(log) == [.clock])
  }

  @Test func refusesMissingAndDoubledKeys() throws {
    func without(_ key: String) -> (String) -> String? {
      { text in text.split(separator: "\n").filter { !$0.contains("\"\(key)\"") }.map { $0 + "\n" }.joined() }
    }
    #expect(
      try Self.rules(LogFixtures.log(.server), "mlperf_log_detail.txt", without("result_completed_samples_per_sec"))
        == [.missingKey])
    #expect(
      try Self.rules(LogFixtures.log(.singleStream), "mlperf_log_detail.txt", without("early_stopping_latency_ss"))
        == [.missingKey])
    #expect(
      try Self.rules(LogFixtures.log(.server)) { text in
        text + (text.split(separator: "\n").first { $0.contains("\"result_validity\"") } ?? "") + "\n"
      } == [.duplicateKey])
  }

  @Test func refusesFilesThatDisagree() throws {
    let log = LogFixtures.log(.server)
    let summary = "mlperf_log_summary.txt"
    func changed(_ old: String, _ new: String) -> (String) -> String? { { $0.replacing(old, with: new) } }
    #expect(
      try Self.rules(log, summary, changed("per second    : 1032.24", "per second    : 1033.24")) == [.disagreement])
    #expect(try Self.rules(log, summary, changed("Scenario : Server", "Scenario : Offline")) == [.disagreement])
    #expect(try Self.rules(log, summary, changed("Result is : VALID", "Result is : INVALID")) == [.disagreement])
    #expect(try Self.rules(log, summary, changed("Result is : VALID", "")) == [.missingKey])
    #expect(
      try Self.rules(
        log, "mlperf_log_detail.txt",
        changed("\"result_validity\", \"value\": \"VALID\"", "\"result_validity\", \"value\": \"INVALID\""))
        == [.validity, .disagreement])
    #expect(
      try Self.rules(
        log, "mlperf_log_detail.txt", changed("\"num_errors\", \"value\": 0", "\"num_errors\", \"value\": 1"))
        == [.disagreement])
  }

  /// Of an accuracy run the summary says only whether there were errors.
  @Test func refusesAnAccuracySummaryThatSaysNothing() throws {
    let summary = "mlperf_log_summary.txt"
    let log = LogFixtures.log(.offline, mode: .accuracy)
    #expect(try Self.rules(log, summary) { _ in "" } == [.disagreement])
    #expect(try Self.rules(log, summary) { $0.replacing("No errors", with: "Errors") } == [.disagreement])
    #expect(try Self.rules(log, summary) { "No errors encountered during test.\n" + $0.prefix(0) } == [])
    // Where the detail log has errors it has said so itself.
    let failed = LogFixtures.log(.offline, mode: .accuracy) { $0.faults.failed = 1 }
    #expect(try Self.rules(failed, summary) { _ in "" } == [.errors])
  }

  @Test func refusesResponsesThatDoNotCoverEverySampleOnce() throws {
    let log = LogFixtures.log(.offline, mode: .accuracy)
    let file = "mlperf_log_accuracy.json"
    #expect(
      try Self.rules(log, file) { $0.replacing("\"qsl_idx\" : 199,", with: "\"qsl_idx\" : 198,") }
        == [.coverage, .coverage])
    #expect(
      try Self.rules(log, file) { $0.replacing("\"qsl_idx\" : 199,", with: "\"qsl_idx\" : 200,") } == [.coverage])
    #expect(try Self.rules(log, file) { $0.replacing("\"seq_id\" : 1,", with: "\"seq_id\" : 0,") } == [.coverage])
    #expect(try Self.rules(log, file) { _ in "[\n]\n" } == [.coverage])
    #expect(try Self.rules(log, file) { _ in "[" } == [.file])
    #expect(try Self.rules(log, file) { $0.replacing("C700AB", with: "C700A") } == [.file])
    #expect(try Self.rules(log, file) { _ in nil } == [.file])
  }

  /// LoadGen issues 208 samples for 200 in sets of 100: eight of them twice.
  @Test func allowsMultiStreamToFillUpItsQueries() throws {
    var log = LogFixtures.log(.multiStream, mode: .accuracy)
    log.responses += (0..<8).map {
      LoggedResponse(id: UInt64(200 + $0), index: log.responses[$0].index, data: log.responses[$0].data)
    }
    #expect(try Self.rules(log) == [])
    log.responses[203].data[0] ^= 1
    #expect(try Self.rules(log) == [.coverage])
    log.responses[203].data[0] ^= 1
    // A sample without a response.
    log.responses.remove(at: 20)
    #expect(try Self.rules(log) == [.coverage])
    var offline = LogFixtures.log(.offline, mode: .accuracy)
    offline.responses.append(LoggedResponse(id: 200, index: 0, data: offline.responses[199].data))
    #expect(try Self.rules(offline) == [.coverage])
  }

  @Test func refusesForeignHashes() throws {
    let log = LogFixtures.log(.offline, mode: .accuracy)
    #expect(try Self.rules(log, "accuracy.txt") { _ in "accuracy=76.1%\nhash=00\n" } == [.hash])
    #expect(try Self.rules(log, "accuracy.txt") { _ in "accuracy=76.1%\n" } == [.hash])
    // sha256sum of "[\n]\n".
    var empty = LogFixtures.log(.server)
    empty.responses = []
    #expect(
      try Self.rules(empty, "accuracy.txt") { _ in
        "accuracy=76.1%\nhash=3fbbd4c6d76130399b0c79cdf41758669224a91e05b7b216953f0c9728750865\n"
      } == [])
  }

  @Test(arguments: [
    "", "garbage", ":::MLLOG", ":::MLLOG {}", ":::MLLOG {\"key\": 1}", "\u{0}\u{1}",
    "\n:::MLLOG {\"key\": \"a\", \"value\": 1",
    ":::MLLOG {\"key\": \"a\", \"value\": 1, \"metadata\": {\"is_error\": false, \"is_warning\": false}}\nmore",
    ":::OTHER {\"key\": \"a\", \"value\": 1, \"metadata\": {\"is_error\": false, \"is_warning\": false}}",
  ])
  func refusesGarbage(text: String) throws {
    #expect(throws: LogError.self) { try DetailLog(parsing: Array(text.utf8), path: "d") }
    #expect(try Self.rules(LogFixtures.log(.server)) { _ in text } == [.file])
  }

  @Test func findsMissingFiles() throws {
    #expect(SelfCheck(directory: "/nonexistent").findings.map(\.rule) == [.file, .file])
    #expect(try Self.rules(LogFixtures.log(.server), "mlperf_log_summary.txt") { _ in nil } == [.file])
  }

  @Test func keepsSeedsExactly() throws {
    let text = try LogFixtures.text("mlperf_log_detail.txt", of: LogFixtures.log(.server))
    let detail = try DetailLog(parsing: Array(text.utf8), path: "d")
    #expect(detail["effective_schedule_rng_seed"] == .unsigned(16_159_082_839_903_944_936))
    #expect(detail["effective_qsl_rng_seed"] == .integer(2_085_463_073_848_966_840))
  }
}
