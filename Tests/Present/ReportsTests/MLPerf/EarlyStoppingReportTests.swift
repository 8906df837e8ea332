import LoadGen
import Testing

@testable import Reports

@Suite struct EarlyStoppingReportTests {
  private func text(_ percentile: Double, queries: Int? = nil, over: Int? = nil, width: Int = 80) throws -> String {
    let rule = try #require(EarlyStopping(percentile: percentile))
    return EarlyStoppingReport(
      try rule.overview(queries: queries, over: over), style: ReportStyle(width: width)
    ).text
  }

  @Test func queriesAndOver() throws {
    try expectSnapshot(try text(0.99, queries: 10_000, over: 90), "early-stopping")
  }

  @Test("Without a question the least run is named")
  func noQuestion() throws {
    let text = try text(0.9)
    #expect(text.contains("No run of fewer than 44 queries passes"))
    #expect(text.contains("1,000"))
  }

  @Test("Too few queries for a verdict, and for an estimate, are told apart")
  func tooFew() throws {
    #expect(try text(0.99, queries: 458).contains("Too few, even with none over the bound."))
    let noEstimate = try text(0.99, queries: 661)
    #expect(noEstimate.contains("At most 0 may be over the bound"))
    #expect(noEstimate.contains("Too few for an estimate"))
    #expect(try text(0.99, queries: 662).contains("discard no latency"))
  }

  @Test func enoughQueries() throws {
    #expect(try text(0.99, queries: 838, over: 2).contains("838 queries are needed in all: there are enough."))
    #expect(try text(0.99, queries: 837, over: 2).contains("838 queries are needed in all: 1 more."))
    #expect(try text(0.99, over: 2).contains("838 queries are needed in all.\n"))
  }
}
