import NumericFormats
import Records
import Testing

@testable import Analysis

/// Cells of one run side by side.
@Suite struct ModeComparisonTests {
  private let fp32 = ComparisonSample.timed([200, 204, 208, 212])
  private let int8 = ComparisonSample.timed([100, 102, 104, 106], cell: Sample.cell(precision: .int8))
  private let closeness = ComparisonSample.compared(
    [40], cell: Sample.cell(precision: .int8, pus: [0, 1], measurement: .fidelity), decisions: 16)
  private let imitated = ComparisonSample.compared(
    [20], top1: nil, cell: Sample.cell(precision: .bf16, execution: .emulated, pus: [0, 1], measurement: .fidelity),
    decisions: 0)

  private func compare(_ cells: [Record.CellResult], by dimension: ModeDimension = .precision) -> ModeComparison {
    ModeComparison(of: Sample.record(cells), by: dimension)
  }

  @Test func precisionsAreHeldAgainstFP32() throws {
    // In whatever order they were measured.
    let comparison = compare([int8, fp32, closeness, imitated])
    let family = try #require(comparison.families.first)
    #expect(comparison.families.count == 1 && comparison.alone.isEmpty)
    #expect(family.name == "resnet50 openblas t1 b1 SingleStream")
    #expect(family.modes.map(\.label) == ["fp32", "int8", "bf16"])
    let speed = try #require(family.modes[1].comparison(of: .throughput))
    #expect(speed.change == .better && abs((speed.ratio?.ratio ?? 0) - 2) < 1e-12)
    #expect(abs((speed.ratio?.lower ?? 0) - 200.0 / 106) < 1e-12 && abs((speed.ratio?.upper ?? 0) - 2.12) < 1e-12)
    #expect(abs((family.modes[1].relativeError ?? 0) - 0.01) < 1e-12 && family.modes[1].top1 == 0.9375)
    #expect(family.modes[1].fidelityID == closeness.id && family.modes[1].decisions == 16)
    #expect(!family.modes[1].isTop1Trustworthy)
    // FP32 is what others are compared with.
    #expect(family.modes[0].relativeError == 0 && family.modes[0].fidelityID == nil)
    #expect(family.modes[0].comparison(of: .throughput)?.change == .same)
    #expect(family.modes[0].comparison(of: .throughput)?.ratio == nil)
  }

  @Test func emulatedCellsHaveAnErrorAndNoSpeed() throws {
    let mode = try #require(compare([fp32, imitated]).families.first?.modes.last)
    #expect(mode.execution == .emulated && mode.id == nil && abs((mode.relativeError ?? 0) - 0.1) < 1e-12)
    #expect(mode.top1 == nil && mode.decisions == nil)
    for metric in ModeComparison.metrics {
      let entry = try #require(mode.comparison(of: metric))
      #expect(entry.change == .unavailable && entry.ratio == nil && entry.candidate == nil && entry.base == nil)
      #expect(entry.why?.contains("emulated") == true)
    }
  }

  @Test func emulatorsStandInForNativeCellsOfTheirContract() throws {
    let contract = "int8-contract"
    let cell = Cell(
      workload: "resnet50", precision: .int8, execution: .emulated, contract: contract, engine: Cell.emulator,
      placement: Placement(pus: [0]), batch: 1, measurement: .fidelity)
    let family = try #require(
      compare([fp32, int8, ComparisonSample.compared([30], cell: cell)]).families.first)
    // Once, beside its speed.
    #expect(family.modes.map(\.label) == ["fp32", "int8"])
    #expect(family.modes[1].fidelityID == cell.id && family.modes[1].relativeError != nil)
    let without = try #require(compare([fp32, int8]).families.first?.modes.last)
    #expect(without.relativeError == nil && without.whyNoFidelity?.contains("compares no outputs") == true)
  }

  private static let dimensions: [(ModeDimension, Cell, [String])] = [
    (.engine, Sample.cell(engine: "native"), ["openblas", "native"]),
    (.threads, Sample.cell(pus: [0, 1]), ["t1", "t2"]),
    (.batch, Sample.cell(batch: 8), ["b1", "b8"]), (.precision, Sample.cell(precision: .bf16), ["fp32", "bf16"]),
  ]

  @Test(arguments: dimensions)
  func familiesDifferInOneDimensionOnly(dimension: ModeDimension, cell: Cell, labels: [String]) {
    let cells = [
      fp32,
      ComparisonSample.timed([100, 102, 104, 106], cell: cell, observedCPUs: cell.placement.pus.map { [$0] }),
    ]
    for each in ModeDimension.allCases {
      let comparison = compare(cells, by: each)
      if each == dimension {
        #expect(comparison.families.first?.modes.map(\.label) == labels)
        #expect(comparison.families.first?.modes.last?.comparison(of: .throughput)?.change == .better)
      } else {
        #expect(comparison.families.isEmpty && comparison.alone == cells.map(\.id))
      }
    }
  }

  @Test func workloadsThatNothingTimedHaveTheirErrors() throws {
    let contracts = ["a", "b"].map { contract in
      ComparisonSample.compared(
        [30],
        cell: Cell(
          workload: "bert", precision: .int8, execution: .emulated, contract: contract, engine: Cell.emulator,
          placement: Placement(pus: [0]), batch: 1, measurement: .fidelity))
    }
    let family = try #require(compare(contracts).families.first)
    #expect(family.name == "bert" && family.modes.map(\.label) == ["a", "b"])
    #expect(compare(contracts, by: .threads).families.isEmpty)
    #expect(compare([]).families.isEmpty && compare([contracts[0]]).families.isEmpty)
  }

  @Test func failuresAreToldAndNotLeftOut() throws {
    let failure = Record.Failure(reason: "killed", lastErrorLines: [])
    let broken = Sample.result(Sample.cell(precision: .int8), rounds: [], planned: 4, failure: failure)
    let mode = try #require(compare([fp32, broken]).families.first?.modes.last)
    #expect(mode.failure == "killed" && mode.comparison(of: .throughput)?.change == .unavailable)
  }
}
