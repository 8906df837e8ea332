import Analysis
import HostState
import Records
import Testing

@testable import Reports

/// What users see of two runs.
@Suite struct ComparisonReportTests {
  private func text(_ comparison: RunComparison, width: Int, isColoured: Bool = false) -> String {
    ComparisonReport(
      comparison, base: "Results/base.json", candidate: "Results/candidate.json",
      style: ReportStyle(width: width, isColoured: isColoured)
    ).text
  }

  @Test(arguments: [80, 120]) func tables(width: Int) throws {
    let text = text(ComparisonSample.comparison, width: width)
    try expectSnapshot(text, "comparison-\(width)")
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }

  /// Words carry what colours do.
  @Test func coloursAddNothing() {
    let coloured = text(ComparisonSample.comparison, width: 100, isColoured: true)
    let plain = text(ComparisonSample.comparison, width: 100)
    #expect(coloured.contains("\u{1B}[") && coloured.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
  }

  @Test func unlikeRunsSayItFirst() throws {
    var other = ComparisonSample.candidate
    other.machine.cpuModel = "Other CPU"
    let comparison = RunComparison(base: ComparisonSample.base, candidate: other, isPaired: true)
    let text = text(comparison, width: 80)
    let unlike = try #require(text.firstRange(of: "UNLIKE"))
    let table = try #require(text.firstRange(of: "p50 latency"))
    #expect(unlike.lowerBound < table.lowerBound)
    #expect(text.contains("Other CPU") && !text.contains("measured at different times"))
    let markdown = ComparisonMarkdown(comparison, base: "a", candidate: "b").text
    #expect(markdown.contains("**The two runs are unlike") && markdown.contains("measured in turns."))
  }

  @Test func comment() throws {
    let text = ComparisonMarkdown(
      ComparisonSample.comparison, base: "Results/base.json", candidate: "Results/candidate.json"
    ).text
    try expectSnapshot(text, "comparison-markdown")
    // Nothing out of a record formats, mentions or opens an element.
    #expect(!text.contains("@team") && !text.contains("<b>") && text.contains("@<!-- -->team \\| \\<b\\>"))
    let tags = text.matches(of: #/<\/?([a-z]+)>/#).map { String($0.1) }
    #expect(Set(tags) == ["details", "summary"])
    #expect(text.count(of: "<details>") == text.count(of: "</details>"))
    // Every row of a table has as many cells as its head.
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let cells = line.replacing("\\|", with: "").count { $0 == "|" }
      if cells == 0 { columns = 0 } else if columns == 0 { columns = cells }
      #expect(cells == columns, "\(line)")
    }
  }

  /// GitHub takes 65,536 characters; whatever a record holds, a comment stays below and says what it left out.
  @Test func commentsStayWithinTheirLimit() {
    let name = String(repeating: "@<|", count: 80)
    let cells = (0..<400).map { ComparisonSample.timed([10, 10.1, 10.2, 10.3], ComparisonSample.cell("\(name)\($0)")) }
    let others = (0..<400).map {
      ComparisonSample.timed([20, 20.1, 20.2, 20.3], ComparisonSample.cell("\(name)\($0)"))
    }
    for candidate in [cells, others, Array(others[..<200]), others.map { failed($0.cell) }] {
      let comparison = RunComparison(
        base: Sample.record(cells, status: .complete, warnings: []),
        candidate: Sample.record(candidate, status: .complete, warnings: []), isPaired: false)
      let text = ComparisonMarkdown(comparison, base: name, candidate: name).text
      #expect(text.utf16.count < 65_536, "\(text.utf16.count)")
      #expect(
        text.contains("more: `assay compare --json` has all") || text.contains("more rows: `assay compare --json`"))
    }
  }

  private func failed(_ cell: Cell) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: 4, repro: "")
    result.failure = Record.Failure(reason: String(repeating: "broken ", count: 100), lastErrorLines: [])
    return result
  }

  private static let shown: [(ratio: Double, text: String)] = [
    (1, "0.0 %"), (1.0321, "+3.2 %"), (0.9, "-10.0 %"), (1.00451, "+0.45 %"), (0.99995, "-0.005 %"),
    (1.0000001, "0.0 %"),
    (2.5, "+150.0 %"), (3, "x3.000"), (0.25, "x0.2500"), (0.4, "-60.0 %"), (1e9, "x1.000e9"), (123_456, "x123456"),
  ]

  @Test(arguments: shown) func changesAreSignedPercentages(ratio: Double, text: String) {
    #expect(ChangeText.ratio(ratio) == text)
  }

  @Test func intervalsShareTheirUnit() {
    #expect(ChangeText.interval(0.99, 1.02) == "-1.0 to +2.0 %")
    #expect(ChangeText.interval(1.5, 4) == "x1.500 to x4.000")
    #expect(ChangeText.share(0.052) == "5.2 %" && ChangeText.share(9) == "x10.00")
    #expect(ChangeText.difference(0.0031, of: .fidelity) == "+0.3100 points")
    #expect(ChangeText.difference(-0.02, of: .accuracy) == "-2.00 points")
    #expect(ChangeText.difference(0, of: .accuracy) == "0")
  }

  @Test func namesLoseWhatAllHave() {
    let names = CellNames(["a/fp32/native/t1/b1", "b/fp32/native/t2/b1"])
    #expect(names.common == "fp32/native/b1" && names.name("b/fp32/native/t2/b1") == "b/t2")
    // The workload stays, also where all have it, and so does everything where ids have different lengths.
    #expect(CellNames(["a/t1", "a/t2"]).name("a/t2") == "a/t2")
    #expect(CellNames(["a/t1", "a/t1/x"]).name("a/t1/x") == "a/t1/x")
    #expect(CellNames(["a/t1"]).name("a/t1") == "a" && CellNames(["a/t1"]).common == "t1")
    #expect(CellNames(["a/t1/fidelity"]).name("a/t1/fidelity") == "a/fidelity" && CellNames([]).common == "")
  }
}

extension String {
  fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}
