import Analysis
import Energy
import NumericFormats
import Records
import Testing

@testable import Reports

/// Which figures programs get of a cell, and which they do not.
@Suite struct ExportFigureTests {
  private func cells(_ record: Record) -> [ExportCell] { ExportSample.run(record).cells }

  @Test func figuresAreThoseOfTheSummary() throws {
    let cell = cells(EnergySample.record)[0]
    let summary = cell.summary
    #expect(cell.figures.map(\.kind) == [.latency, .throughput, .energy, .memory])
    let latency = try #require(cell.figure(.latency))
    #expect(latency.value == Double(try #require(summary.latency).p50.nanoseconds) / 1e9)
    // Rounds of 44.6 ms and 1 % and 2 % more.
    #expect(latency.lower.map { abs($0 - 0.0454474) < 1e-4 } == true && latency.upper.map { $0 > 0.046 } == true)
    let throughput = try #require(cell.figure(.throughput))
    #expect(throughput.value == summary.throughput?.mean && throughput.source == nil)
    // Student's t for two degrees of freedom.
    let rounds = try #require(summary.throughput).rounds
    let squares = rounds.reduce(0) { $0 + ($1 - throughput.value) * ($1 - throughput.value) }
    let half = 4.302652729911275 * (squares / 2 / 3).squareRoot()
    #expect(throughput.lower.map { abs($0 - (throughput.value - half)) < 1e-9 } == true)
    #expect(throughput.upper.map { abs($0 - (throughput.value + half)) < 1e-9 } == true)
    let energy = try #require(cell.figure(.energy))
    #expect(abs(energy.value - 2.125) < 1e-12 && energy.source == "powercap-rapl")
    #expect(energy.lower.map { abs($0 - (2.125 - 0.0621)) < 1e-4 } == true)
    #expect(cell.figure(.memory)?.value == 240_000_000 && cell.figure(.memory)?.lower == nil)
  }

  @Test func aTailNeedsQueries() throws {
    let few = cells(EnergySample.record)[0]
    #expect(few.figure(.tailLatency) == nil && few.points(.tailLatency).isEmpty)
    #expect(
      few.missing.contains { $0.kind == .tailLatency && $0.reason == "120 queries are too few for it; it takes 299." })
    // Enough queries together, and too few in each round.
    let together = cells(EnergySample.record)[3]
    #expect(together.summary.latency?.p99.count == 600 && together.figure(.tailLatency) != nil)
    #expect(together.points(.tailLatency).isEmpty && together.figure(.tailLatency)?.lower == nil)
    let many = cells(EnergySample.record)[5]
    #expect(many.points(.tailLatency).map(\.round) == [0, 1] && many.figure(.tailLatency)?.lower != nil)
  }

  @Test func modelledEnergyHasANameOfItsOwn() throws {
    let cell = cells(EnergySample.record)[2]
    #expect(cell.figure(.energy) == nil && cell.points(.energy).isEmpty && cell.points(.modelledEnergy).isEmpty)
    let figure = try #require(cell.figure(.modelledEnergy))
    #expect(figure.source == "ccf-aws" && figure.kind.rawValue == "energy_modelled")
    #expect(figure.lower.map { abs($0 / figure.value - 0.5) < 1e-9 } == true)
    #expect(!cell.missing.contains { $0.kind == .energy || $0.kind == .modelledEnergy })
    for format in ExportFormat.all {
      var record = EnergySample.record
      record.cells = [record.cells[2]]
      let text = try ExportSample.text(record, format.name)
      let digits = "\(figure.value)".prefix(6)
      let lines = text.split(whereSeparator: \.isNewline)
      for (index, line) in lines.enumerated() where line.contains(digits) {
        // The name stands beside the value, or in JSON a few lines before it.
        let around = lines[max(0, index - 3)...index].joined(separator: "\n")
        #expect(around.contains("modelled"), "\(format.name): \(around)")
      }
    }
  }

  @Test func unavailableEnergyIsAReasonAndNoNumber() {
    let cell = cells(EnergySample.record)[5]
    #expect(cell.figure(.energy) == nil && cell.figure(.modelledEnergy) == nil)
    #expect(cell.missing.contains { $0.kind == .energy && $0.reason == EnergySample.unreadable })
  }

  /// The time of imitation is nowhere, even where a record claims one.
  @Test func emulatedCellsHaveNoTime() throws {
    let claim = Sample.performance(
      ExportSample.cell("imitation", execution: .emulated), milliseconds: 7.654321, count: 400,
      energy: Sample.measured(77))
    let record = Sample.record([claim], status: .complete, warnings: [])
    let cell = cells(record)[0]
    let seconds = claim.rounds.reduce(0) { $0 + Double($1.performance?.duration ?? 0) / 1e9 }
    #expect(seconds > 1 && cell.figures.map(\.kind) == [.memory])
    for kind in [ExportFigure.Kind.latency, .tailLatency, .throughput, .energy] { #expect(cell.points(kind).isEmpty) }
    for format in ExportFormat.all {
      let text = try ExportSample.text(record, format.name)
      // Its medians, windows and joules, in whatever unit.
      for digits in ["7.65", "765", "77", Figure.fixed(seconds, 3), Figure.fixed(3 * 400 / seconds, 1)] {
        #expect(!text.contains(digits), "\(format.name) says \(digits)")
      }
    }
    let natural = cells(Sample.busy)[4]
    #expect(natural.figures.map(\.kind) == [.memory, .error])
  }

  @Test func whatRanElsewhereIsNoFigureOfTheCell() throws {
    let cell = try #require(cells(ExportSample.rich).last)
    #expect(cell.summary.isMisplaced && cell.figures.map(\.kind) == [.memory])
    #expect(cell.points(.latency).isEmpty && cell.points(.throughput).isEmpty)
    #expect(cell.missing.filter { $0.reason.hasPrefix("The cell ran elsewhere") }.count == 4)
    #expect(try ExportSample.text(ExportSample.rich, "markdown").contains("(ran elsewhere)"))
  }

  @Test func aShareOfFewDecisionsIsNoFigure() {
    let cell = cells(Sample.busy)[5]
    #expect(cell.figure(.accuracy) == nil)
    #expect(cell.missing.contains { $0.reason == "16 decisions are too few for it; it takes 30." })
    let task = cells(Sample.busy)[6]
    #expect(task.figure(.accuracy)?.value == 0.8613 && task.figure(.error)?.value == 0)
  }

  @Test func failedAndPendingCellsSayWhy() {
    let cells = cells(Sample.busy)
    #expect(cells[3].figure(.latency) != nil && cells[3].figure(.latency)?.lower == nil)
    #expect(cells[7].figures.isEmpty && cells[7].missing.allSatisfy { $0.reason == "The cell has no round yet." })
    #expect(cells[7].missing.map(\.kind) == [.throughput, .energy, .memory])
  }
}
