import Analysis
import Energy
import HostState
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct RunReportTests {
  func report(_ record: Record, width: Int, isColoured: Bool = false) -> String {
    RunReport(
      record: record, summary: RunSummary(of: record), path: "Results/local/quick.json",
      style: ReportStyle(width: width, isColoured: isColoured)
    ).text
  }

  @Test("What users see", arguments: [80, 100, 120])
  func snapshots(width: Int) throws {
    try expectSnapshot(report(Sample.busy, width: width), "run-busy-\(width)")
  }

  @Test func quietRunIsShort() throws { try expectSnapshot(report(Sample.quiet, width: 110), "run-quiet-110") }

  @Test("Nodes against the roofline", arguments: [80, 120])
  func nodes(width: Int) throws { try expectSnapshot(report(NodeSample.record, width: width), "run-nodes-\(width)") }

  @Test func aCapIsShownBesideWhatTheCPUHas() {
    #expect(!report(Sample.quiet, width: 110).contains("capped"))
    var record = Sample.quiet
    record.spec.maxISA = "avx2"
    #expect(report(record, width: 110).contains("avx512_bf16 · Assay's kernels capped at avx2\n"))
  }

  @Test func colourAddsNothingButColour() throws {
    let coloured = report(Sample.busy, width: 100, isColoured: true)
    try expectSnapshot(coloured, "run-busy-100-coloured")
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == report(Sample.busy, width: 100))
  }

  @Test("Tables and sentences stay within the width", arguments: [60, 80, 100, 120, 160])
  func width(columns: Int) {
    // Commands to copy are never broken.
    let lines = report(Sample.busy, width: columns).split(separator: "\n").filter { !$0.contains("assay run") }
    #expect(lines.filter { String($0).displayWidth > columns } == [])
  }

  @Test func emulatedCellsShowNoTime() {
    let text = report(Sample.busy, width: 120)
    let lines = text.split(separator: "\n").filter { $0.contains("bf16-rne-sgemm") }
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.contains("emulated") && !$0.contains("samples/s") })
  }

  @Test func escapeSequencesFromAWorkerDoNotReachTheTerminal() {
    #expect(report(Sample.busy, width: 100).contains("boom"))
    #expect(!report(Sample.busy, width: 100).contains("\u{1B}"))
  }

  @Test func recordWithoutCells() throws {
    try expectSnapshot(report(Sample.record([], status: .incomplete, warnings: []), width: 80), "run-empty-80")
  }

  @Test("Nothing that a record says can steer a terminal", arguments: [false, true])
  func hostileRecord(isColoured: Bool) {
    let evil = "\u{1B}]0;owned\u{7}\u{9B}2J"
    let cell = Sample.cell(evil, .fp32, threads: 1, .performance(.singleStream))
    let failure = Record.Failure(reason: evil, lastErrorLines: [evil])
    var record = Sample.record(
      [
        Sample.performance(cell, milliseconds: 5, count: 5, energy: .unavailable(reason: evil)),
        Sample.performance(
          Sample.cell(evil, .fp32, threads: 2, .performance(.offline)), milliseconds: 5, count: 5, rounds: 1,
          failure: failure),
        Sample.fidelity(
          Sample.cell(evil, .int8, threads: 1, .fidelity), sqnr: 1, cosine: 1, top1: 1, weights: 1, activations: 1),
        Record.CellResult(
          cell: Sample.cell(evil, .fp32, threads: 4, .performance(.offline)), plannedRounds: 3, repro: evil),
      ], status: .incomplete, warnings: [evil])
    record.spec.suite = evil
    record.createdAt = evil
    record.machine.cpuModel = evil
    record.tool.libraries = [evil: evil]
    for index in record.cells.indices { record.cells[index].repro = evil }
    var text = report(record, width: 100, isColoured: isColoured)
    if isColoured { text = text.replacing(/\u{1B}\[[0-9]+m/, with: "") }
    let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
    #expect(controls.map(\.value) == [])
    #expect(text.contains("owned"))
  }
}
