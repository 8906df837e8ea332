import Analysis
import HostState
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct SweepReportTests {
  func report(
    _ record: Record, goal: RankingGoal = .throughput, width: Int = 100, isColoured: Bool = false
  ) throws -> String {
    SweepReport(
      record: record, summary: try #require(SweepSummary(of: record, goal: goal)), path: "Results/local/sweep.json",
      style: ReportStyle(width: width, isColoured: isColoured)
    ).text
  }

  @Test("What users see", arguments: [80, 130])
  func snapshots(width: Int) throws {
    try expectSnapshot(try report(SweepSample.full, width: width), "sweep-\(width)")
  }

  @Test func anImpossibleGoal() throws {
    let text = try report(SweepSample.impossible, goal: .latency(nanoseconds: 5_000_000), width: 80)
    try expectSnapshot(text, "sweep-impossible-80")
    #expect(text.contains("No configuration meets 5 ms; the best reached 13.9 ms with 1 instance"))
    #expect(text.contains("assay run --workload resnet50"))
  }

  @Test func nothingMeasured() throws {
    var cell = SweepSample.cell(1, instances: 1, threads: 1, rounds: 0)
    cell.plannedRounds = 2
    let record = SweepSample.record([cell], status: .incomplete)
    try expectSnapshot(try report(record, width: 80), "sweep-empty-80")
  }

  @Test func colourAddsNothingButColour() throws {
    let coloured = try report(SweepSample.full, isColoured: true)
    #expect(coloured.contains("\u{1B}["))
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == (try report(SweepSample.full)))
  }

  @Test("Tables and sentences stay within the width", arguments: [60, 80, 100, 130, 160])
  func width(columns: Int) throws {
    // Commands to copy are never broken.
    let lines = try report(SweepSample.full, width: columns).split(separator: "\n").filter { !$0.contains("assay run") }
    #expect(lines.filter { String($0).displayWidth > columns } == [])
  }

  /// 16 thread counts do not fit side by side: the rest comes below, and every figure is there.
  @Test func wideHeatMapsGoOnBelow() throws {
    let cells = (1...16).flatMap { threads in
      [1, 2].map { SweepSample.cell(Double(100 * threads * $0), instances: $0, threads: threads, batch: 1, rounds: 1) }
    }
    let record = SweepSample.record(cells)
    let text = try report(record, width: 80)
    let section = try #require(text.split(separator: "\n\n").first { $0.hasPrefix("Samples/s by instances") })
    let lines = section.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("   1  ") } == 2)
    #expect(lines.allSatisfy { String($0).displayWidth <= 80 })
    let words = lines.flatMap { $0.split(separator: " ") }.map { $0.drop { "█▓▒░".contains($0) } }
    let map = try #require(SweepSummary(of: record, goal: .throughput)?.heatMaps.first)
    for value in map.values.flatMap(\.self) {
      let figure = Figure.significant(try #require(value).throughput)
      #expect(words.contains { $0 == figure })
    }
  }

  @Test("Shades", arguments: [(1, "█"), (0.95, "█"), (0.949, "▓"), (0.5, "▒"), (0.25, "░"), (0.2, " "), (1.2, "█")])
  func shade(share: Double, sign: Character) { #expect(SweepReport.shade(share) == sign) }

  @Test("Nothing that a record says can steer a terminal", arguments: [false, true])
  func hostileRecord(isColoured: Bool) throws {
    let evil = "\u{1B}]0;owned\u{7}\u{9B}2J"
    var record = SweepSample.record(
      [
        SweepSample.cell(100, instances: 1, threads: 2, words: evil),
        SweepSample.cell(90, instances: 1, threads: 4, words: evil, strayed: 3),
      ], warnings: [evil])
    record.cells[0].repro = evil
    record.cells[1].failure = Record.Failure(reason: evil, lastErrorLines: [evil])
    record.sweep?.pruned = [.init(rule: evil, count: 3)]
    record.machine.cpuModel = evil
    var text = try report(record, isColoured: isColoured)
    if isColoured { text = text.replacing(/\u{1B}\[[0-9]+m/, with: "") }
    let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
    #expect(controls.map(\.value) == [])
    #expect(text.contains("owned"))
  }
}
