import Testing

@testable import LoadGen
@testable import Reports

@Suite struct ValidityReportTests {
  private static func server(over: Int = 40, seconds: Int64 = 600) -> TestResult {
    var settings = TestSettings(scenario: .server)
    settings.minDuration = 600_000_000_000
    settings.targetLatency = 15_000_000
    let latency = LatencySummary(
      count: 12_000, min: 1_000_000, max: 20_000_000, mean: 4e6,
      values: [4, 8, 9, 10, 12, 18].map { $0 * 1_000_000 }, target: 14_250_000)
    let end = seconds * 1_000_000_000
    return TestResult(
      requested: settings, effective: settings, system: "stand-in",
      library: .init(name: "numbers", totalCount: 1024, performanceCount: 1024), loadedSet: [], queryCount: 12_000,
      sampleCount: 12_000, completedCount: 12_000, lastScheduled: end, lastIssued: end, lastCompleted: end,
      lastQueryCompleted: end, sampleLatency: latency, queryLatency: latency, overLatencyCount: over,
      earlyStopping: nil,
      lateness: nil, concurrency: .init(mean: 1, peak: 3), faults: .init(), end: .rule, clock: nil)
  }

  private func text(_ result: TestResult, _ style: ReportStyle = ReportStyle(width: 120)) -> String {
    ValidityReport(Validity(result), headlines: result.headlines, style: style).text
  }

  @Test func valid() throws {
    try expectSnapshot(text(Self.server()), "validity-valid")
  }

  @Test("Every way to fail has its line and its remedy")
  func invalid() throws {
    var result = Self.server(over: 110, seconds: 480)
    result.faults.unanswered = 3
    result.completedCount -= 3
    result.end = .silent
    try expectSnapshot(text(result), "validity-invalid")
    try expectSnapshot(text(result, ReportStyle(width: 80)), "validity-invalid-80")
  }

  @Test("Where no number of queries helps, a lower rate does")
  func tooFast() {
    let text = text(Self.server(over: 500))
    #expect(text.hasPrefix("completed samples per second: "))
    #expect(text.contains("INVALID by MLPerf's rules\n"))
    #expect(text.split(separator: "\n").filter { $0.hasSuffix("NO  a lower rate") }.count == 2)
  }

  @Test("Where chance explains what was late, a longer test may help too")
  func chance() throws {
    var result = Self.server()
    result.overLatencyCount = Int((Double(result.sampleCount) * 0.01).rounded(.up)) + 1
    let text = text(result)
    #expect(
      text.split(separator: "\n").filter { $0.hasSuffix("NO  a longer test, or a lower rate") }.count == 2, "\(text)")
  }

  @Test func validButNotClean() {
    var result = Self.server()
    result.faults.duplicates = 1
    #expect(text(result).contains("\nVALID by MLPerf's rules, but not clean"))
    #expect(text(result, ReportStyle(isColoured: true)).contains("\u{1B}[33mVALID\u{1B}[0m"))
  }

  @Test func noEstimate() {
    var result = Self.server()
    result.effective.scenario = .singleStream
    #expect(text(result).hasPrefix("99th percentile latency, early-stopping estimate: not known: too few queries\n"))
  }
}
