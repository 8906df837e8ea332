import Foundation
import Records
import Testing

@testable import Analysis

@Suite struct PublishedFiguresTests {
  private static func record(_ name: String) throws -> Record {
    try #require(RecordSchemaTests.valid.first { $0.name == name }).record
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// What is found when `text` is published of `record`.
  private static func check(
    _ text: String, of record: Record, costs: CostInputs? = nil, csv: String = ""
  ) throws -> RecordCheck {
    let published = try PublishedFigures(Array(text.utf8), path: "p")
    let verification = RecordVerification(
      try RecordReading(json: record.encoded()), published: published, costs: costs
    ) { _, _ in csv }
    return try #require(verification.checks.first { $0.subject == .published })
  }

  private struct Answer: Encodable {
    struct Choice: Encodable {
      let workload: String
      let maxError: Double
      let contract: String?
      let mostExact: String?
      let leastError: Double?
      let sentence: String
    }

    let summary: RunSummary
    let choices: [Choice]?
  }

  @Test func whatShowPrintsOfEveryRecordAgrees() throws {
    for (name, record) in RecordSchemaTests.valid {
      let text =
        if record.sweep != nil {
          try Self.json(try #require(try SweepSummary(of: record)))
        } else if record.isOfContracts {
          try Self.json(Answer(summary: RunSummary(of: record), choices: nil))
        } else {
          try Self.json(RunSummary(of: record))
        }
      let check = try Self.check(text, of: record)
      #expect(check.outcome == .passed, "\(name): \(check.faults)")
      #expect(check.count > 0 && check.note == nil, "\(name): \(check.note ?? "")")
    }
  }

  @Test func choicesOfContractsAreMadeAgain() throws {
    let record = try Self.record("contracts")
    let summary = RunSummary(of: record)
    func answer(_ contract: String?) throws -> String {
      try Self.json(
        Answer(
          summary: summary,
          choices: summary.contracts.map {
            .init(
              workload: $0.workload, maxError: 1, contract: contract ?? $0.smallest(errorAtMost: 1)?.contract,
              mostExact: $0.mostExact?.contract, leastError: $0.mostExact?.relativeError, sentence: "words")
          }))
    }
    #expect(try Self.check(answer(nil), of: record).outcome == .passed)
    let wrong = try Self.check(answer("another"), of: record)
    #expect(
      wrong.faults.count == summary.contracts.count && wrong.faults[0].contains("choices[0].contract is `another`"))
  }

  /// Every number of a published summary, changed one after the other, is named with both values.
  @Test func everyPublishedNumberIsHeldAgainstTheRecord() throws {
    let record = try Self.record("measured")
    let text = try Self.json(RunSummary(of: record))
    let numbers = text.matches(of: /: (-?[0-9][0-9.e+-]*)/)
    #expect(numbers.count > 30)
    for match in numbers {
      let number = try #require(Double(match.1))
      var edited = text
      edited.replaceSubrange(match.1.startIndex..<match.1.endIndex, with: "\(number * (1 + 1e-9) + 1e-9)")
      let check = try Self.check(edited, of: record)
      #expect(check.outcome == .failed && check.faultCount == 1, "\(match.1)")
      #expect(check.faults.first?.contains("and the record gives \(number.plainText)") == true, "\(check.faults)")
    }
  }

  @Test func theLastDigitsMayBeRounded() throws {
    let record = try Self.record("measured")
    let summary = RunSummary(of: record)
    let mean = try #require(summary.cells[0].throughput?.mean)
    let text = try Self.json(summary)
    func published(_ value: Double) throws -> RecordCheck.Outcome {
      try Self.check(text.replacing("\"mean\" : \(mean.plainText)", with: "\"mean\" : \(value)"), of: record).outcome
    }
    #expect(text.contains("\"mean\" : \(mean.plainText)"))
    #expect(try published(mean * (1 + 1e-14)) == .passed)
    #expect(try published(mean * (1 + 1e-11)) == .failed)
  }

  @Test func figuresThatAreNotThereAreToldApart() throws {
    let record = try Self.record("measured")
    let text = try Self.json(RunSummary(of: record))
    let added = try Self.check(text.replacing("\"cells\" : [", with: "\"secret\" : 1,\n\"cells\" : ["), of: record)
    #expect(added.outcome == .failed)
    #expect(added.faults == ["secret is 1, and the record gives no such figure"])
    let less = try Self.check("{\"cells\":[{\"id\":\"\(record.cells[0].id)\",\"finishedRounds\":1}]}", of: record)
    #expect(less.outcome == .passed && less.count == 2)
    #expect(less.note?.contains("more figures of the record were not published") == true)
    let other = try Self.check("{\"cells\":[{\"id\":\"x\",\"finishedRounds\":1}]}", of: record)
    #expect(other.faultCount == 2)
  }

  @Test func costsAreComputedFromWhatTheFileSaysTheyAreMadeOf() throws {
    let record = try Self.record("measured")
    var costs = CostInputs()
    (costs.pricePerHour, costs.currency, costs.electricityPrice) = (1.25, "EUR", 0)
    let text = try Self.json(RunSummary(of: record, costs: costs))
    #expect(try Self.check(text, of: record).outcome == .passed)
    let cheaper = text.replacing("\"pricePerHour\" : 1.25", with: "\"pricePerHour\" : 1.125")
    #expect(cheaper != text)
    #expect(try Self.check(cheaper, of: record).outcome == .failed)
    // What the user says goes over it.
    costs.pricePerHour = 2
    #expect(try Self.check(text, of: record, costs: costs).outcome == .failed)
  }

  @Test func tablesAreComparedByCellAndColumn() throws {
    let record = try Self.record("measured")
    let ours = "cell,speed,why\r\na/b,1.5,\"x, \"\"y\"\"\"\r\nc,,none\r\n"
    func faults(_ text: String) throws -> [String] { try Self.check(text, of: record, csv: ours).faults }
    #expect(try faults(ours) == [])
    // Order, ends of lines, quotes and a mark of the byte order are no figures.
    #expect(try faults("\u{feff}why,cell,speed\nnone,c,\n\"x, \"\"y\"\"\",a/b,1.50\n") == [])
    #expect(try faults(ours.replacing("1.5", with: "1.6")) == ["a/b: speed is 1.6, and the record gives 1.5"])
    #expect(try faults(ours.replacing("c,,", with: "c,0,")) == ["c: speed is 0, and the record gives ``"])
    #expect(try faults(ours.replacing("speed", with: "cost")).count == 2)
    #expect(try Self.check("cell,speed\na/b,1.5\n", of: record, csv: ours).note?.contains("4 more figures") == true)
  }

  @Test(arguments: [
    ("", "the file is empty"), ("  \n", "the file is empty"), ("{", "not a whole JSON document"),
    ("{\"a\":1}", "it is no summary"), ("[1]", "it is no summary"),
    ("{\"schemaVersion\":1,\"cells\":[]}", "it is a record"),
    ("a,b\n1,2\n", "it has no column `cell`"), ("cell,a\nx,1,2\n", "row 2 has 3 fields where there are 2"),
    ("cell,cell\nx,y\n", "it has a column twice"), ("cell\nx\nx\n", "it has two rows of x"),
    ("cell\n\"x", "no closing quote"),
    ("cell\n\"x\"y\n", "a quote in the middle"),
    ("{\"cells\":[],\"costs\":{\"inputs\":{\"pue\":0.1},\"cells\":[]}}", "its costs"),
  ])
  func whatIsNoSummaryIsRefused(text: String, reason: String) {
    let error = #expect(throws: RecordError.self) { try PublishedFigures(Array(text.utf8), path: "p.json") }
    #expect(error?.kind == .damaged && error?.exitCode == 65)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func aFileThatIsNotThereIsNotFound() {
    let error = #expect(throws: RecordError.self) { try PublishedFigures.read("/nonexistent/summary.json") }
    #expect(error?.exitCode == 66)
  }
}
