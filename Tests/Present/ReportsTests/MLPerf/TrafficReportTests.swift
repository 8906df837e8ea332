import LoadGen
import Reports
import Testing

@Suite struct TrafficReportTests {
  private let library = TestResult.Library(name: "none", totalCount: 100, performanceCount: 40)

  private func lines(_ settings: TestSettings, count: Int) throws -> [String] {
    let listing = try TrafficListing(settings, library: library, count: count)
    let text = TrafficReport(listing, style: ReportStyle(width: 80)).text
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func rows(_ lines: [String], under head: String) throws -> [[Substring]] {
    let start = try #require(lines.firstIndex { $0.split(separator: " ").joined(separator: " ") == head })
    return lines[(start + 1)...].prefix { !$0.isEmpty }.map { $0.split(separator: " ") }
  }

  @Test func serverShowsWhenQueriesAreDue() throws {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    let lines = try lines(settings, count: 3)
    #expect(try rows(lines, under: "query due ns index response").map(\.count) == [3, 3, 3])
    #expect(try rows(lines, under: "query due ns index response")[1].prefix(2) == ["1", "1843654"])
    #expect(lines.contains { $0.contains("Poisson, 1000 queries a second") })
  }

  @Test func multiStreamShowsAllSamplesOfAQuery() throws {
    var settings = TestSettings(scenario: .multiStream)
    settings.accuracyLogProbability = 1
    let rows = try rows(try lines(settings, count: 2), under: "query samples response")
    #expect(rows.map(\.count) == [10, 10])
    #expect(rows[0].last == "logged")
  }

  @Test func offlineShowsASampleALine() throws {
    let lines = try lines(TestSettings(scenario: .offline), count: 5)
    #expect(try rows(lines, under: "sample index response").map { $0[0] } == ["0"])
    #expect(lines.contains { $0.contains("one, of 1 samples") })
  }

  @Test func accuracyModeShowsItsSets() throws {
    let lines = try lines(TestSettings(scenario: .singleStream, mode: .accuracy), count: 100)
    for text in ["set 1", "set 2", "set 3", "100 are loaded in 3 sets"] {
      #expect(lines.contains { $0.contains(text) }, "\(text)")
    }
    #expect(lines.contains { $0.hasPrefix("  99") || $0.hasPrefix("     99") })
  }

  @Test func longSetsAreCut() throws {
    let large = TestResult.Library(name: "none", totalCount: 5000, performanceCount: 5000)
    let listing = try TrafficListing(TestSettings(scenario: .singleStream), library: large, count: 1)
    let report = TrafficReport(listing, style: ReportStyle(width: 80)).text
    #expect(report.contains("and 4,936 more"))
    #expect(report.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
