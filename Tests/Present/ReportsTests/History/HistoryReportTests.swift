import Analysis
import Store
import Testing

@testable import Reports

private typealias History = TrendSample

@Suite struct HistoryReportTests {
  @Test("What users see", arguments: [80, 140])
  func list(width: Int) throws {
    let text = HistoryReport(History.listing, style: ReportStyle(width: width)).text
    try expectSnapshot(text, "history-list-\(width)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }

  @Test("What users see", arguments: [80, 120])
  func trend(width: Int) throws {
    let text = TrendReport(History.full, style: ReportStyle(width: width)).text
    try expectSnapshot(text, "history-trend-\(width)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }

  @Test func nothingIsToldAsNothing() {
    let none = RecordListing(store: "x.sqlite", rows: [], total: 0)
    #expect(
      HistoryReport(none).text
        == "No record of x.sqlite is meant by these options; assay history list alone shows all.\n")
    let hidden = RecordListing(store: "x.sqlite", rows: [], total: 4)
    #expect(HistoryReport(hidden).text == "4 records, none shown.\n")
  }

  @Test func machinesWithAlikeKeysAreToldApart() {
    let twin = StoredMachine(key: "01234567ffffffff", facts: "Another")
    let listing = RecordListing(store: "x", rows: [History.row(1), History.row(2, machine: twin)], total: 2)
    let text = HistoryReport(listing).text
    #expect(text.contains("0123456789abcdef  Example") && text.contains("01234567ffffffff  Another"))
    // In the rows too.
    #expect(text.split(separator: "\n").contains { $0.contains("quick") && $0.contains("01234567f") })
  }

  @Test func aTrendWithoutValuesSaysWhy() {
    let point = HistoryPoint(
      record: History.row(1), figure: StoredFigure(metric: "energy", value: nil, count: 0, missing: "No meter."))
    let text = TrendReport(History.trend([point], metric: .energy)).text
    #expect(text.contains("! There is no value of energy.") && text.contains("! 1 record without a value: No meter."))
    #expect(!text.contains("nan") && !text.contains("Changes"))
  }

  @Test func runsThatWereAskedForOtherThingsAreTold() {
    let points = (1...2).map { index in
      HistoryPoint(
        record: History.row(index, setting: "min-duration\t\(index) s"), figure: History.points()[index].figure)
    }
    let words = TrendReport(History.trend(points)).text.replacing("\n! ", with: "").split(
      whereSeparator: \.isWhitespace)
    #expect(
      words.joined(separator: " ").contains("and are joined all the same: min-duration 1 s, 2 s. Choose alike ones"))
    #expect(History.trend().mixed.isEmpty)
  }

  @Test func fewRecordsAreNotSearchedAndThatIsSaid() {
    let text = TrendReport(History.trend(Array(History.points().prefix(4)))).text
    #expect(text.contains("Changes are looked for from 10 records on; there are 4."))
    #expect(!text.contains("No change"))
  }

  @Test func noChangeIsSaid() {
    let text = TrendReport(History.trend(Array(History.points().prefix(15)))).text
    #expect(text.contains("No change was found at 5 %."))
    #expect(!text.contains("\nChanges\n"))
  }

  /// A change is to the worse where latency rises and where throughput falls.
  @Test func changesSayWhichWay() {
    let up = TrendReport(History.trend()).text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(up.contains("Changes × ") && up.contains("% worse from #16 on") && up.contains("kernel 6.1.0 → 6.8.0"))
    #expect(up.contains("% better from #31 on") && up.contains("nothing else that records tell differs"))
    let throughput = TrendReport(History.trend(History.points(metric: .throughput, level: 80), metric: .throughput))
      .text
    #expect(throughput.contains("% better from #16 on") && throughput.contains("% worse from #31 on"))
  }

  @Test func whatIsFromFilesSteersNoTerminal() {
    let machine = StoredMachine(key: "ab\u{1B}[31m", facts: "CPU\u{1B}[2J\nx")
    let row = History.row(1, machine: machine, label: "\u{1B}]0;x\u{07}", suite: "a\rb")
    let list = HistoryReport(RecordListing(store: "x", rows: [row], total: 1)).text
    let figure = StoredFigure(metric: "latency", value: 1, count: 1, source: "a\u{1B}b", rounds: [])
    let trend = Trend(
      cell: "x\u{1B}[31m", metric: .latency, [HistoryPoint(record: row, figure: figure)], machine: machine,
      others: [HistoryStore.MachineCount(machine: machine, records: 1)])
    for text in [list, TrendReport(trend).text, TrendChart(trend).svg] {
      #expect(!text.contains("\u{1B}") && !text.contains("\u{07}") && !text.contains("\r"))
    }
  }
}
