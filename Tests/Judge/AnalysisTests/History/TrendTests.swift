import Glibc
import Records
import Statistics
import Store
import Testing

@testable import Analysis

private typealias History = HistorySample

/// A planted step and what is to be found.
private struct PlantedStep: Sendable {
  let before: Int
  let after: Int
  let ratio: Double
  let metric: Metric
  let isWorse: Bool
}

private let steps = [
  PlantedStep(before: 15, after: 15, ratio: 1.1, metric: .throughput, isWorse: false),
  PlantedStep(before: 20, after: 12, ratio: 1 / 1.1, metric: .throughput, isWorse: true),
  PlantedStep(before: 12, after: 20, ratio: 1.1, metric: .latency, isWorse: true),
  PlantedStep(before: 15, after: 15, ratio: 0.9, metric: .memory, isWorse: false),
]

@Suite struct TrendTests {
  /// Values that scatter by about 1 % around 1, the same in every run.
  static func noise(_ count: Int, seed: UInt64) -> [Double] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      // The sum of twelve is nearly normal.
      let sum = (0..<12).reduce(0.0) { total, _ in total + Double(random.next() >> 11) * 0x1p-53 }
      return exp(0.01 * (sum - 6))
    }
  }

  @Test(arguments: steps)
  fileprivate func aPlantedChangeIsFound(step: PlantedStep) throws {
    let noise = Self.noise(step.before + step.after, seed: 7)
    let values = noise.enumerated().map { 50 * ($0 < step.before ? 1 : step.ratio) * $1 }
    let trend = History.trend(values, metric: step.metric)
    #expect(trend.points.map(\.value) == values && trend.unsearched == nil)
    let change = try #require(trend.changes.first)
    #expect(trend.changes.count == 1 && abs(change.index - step.before) <= 1)
    #expect(change.isWorse == step.isWorse && change.p <= 0.05)
    let ratio = try #require(change.ratio)
    #expect(abs(ratio / step.ratio - 1) < 0.01)
    #expect(change.before == Median.of(Array(values[..<change.index])))
    #expect(change.after == Median.of(Array(values[change.index...])))
    #expect(ratio == change.after / change.before)
  }

  @Test func levelsBetweenTwoChangesAreTheirOwn() throws {
    let noise = Self.noise(45, seed: 3)
    let values = noise.enumerated().map { ($0 < 15 ? 100 : $0 < 30 ? 130 : 110) * $1 }
    let changes = History.trend(values).changes
    try #require(changes.count == 2)
    #expect(changes[0].after == changes[1].before)
    #expect(!changes[0].isWorse && changes[1].isWorse)
    #expect(abs(changes[0].before - 100) < 2 && abs(changes[1].before - 130) < 2 && abs(changes[1].after - 110) < 2)
  }

  /// The test keeps its level: of 40 trends of noise 2 are to be expected, and more than 6 have a probability of 0.3 %.
  @Test func noiseHasFewChanges() {
    let alarms = (1...40).count { !History.trend(Self.noise(30, seed: UInt64($0))).changes.isEmpty }
    #expect(alarms <= 6)
  }

  @Test(arguments: [0, 1, 9])
  func tooFewRecordsAreNotSearched(count: Int) {
    let trend = History.trend(Array(repeating: 1, count: count))
    #expect(trend.changes.isEmpty)
    #expect(
      trend.unsearched
        == "Changes are looked for from 10 records on; there \(count == 1 ? "is 1" : "are \(count)").")
  }

  @Test func valuesThatAreAllAlikeHaveNoChange() {
    #expect(History.trend(Array(repeating: 3, count: 20)).changes.isEmpty)
    #expect(History.trend(Array(repeating: 0, count: 20), metric: .fidelity).changes.isEmpty)
  }

  /// Shares may be 0; they are compared by differences.
  @Test func sharesHaveDifferencesAndNoRatios() throws {
    let trend = History.trend(Array(repeating: 0, count: 10) + Array(repeating: 0.25, count: 10), metric: .fidelity)
    let change = try #require(trend.changes.first)
    #expect(change.index == 10 && change.ratio == nil && change.before == 0 && change.after == 0.25 && change.isWorse)
  }

  @Test func whatElseDiffersIsTold() throws {
    let points = (0..<20).map { index in
      History.point(
        index, index < 10 ? 100 : 50,
        setting: "kernel\t\(index < 10 ? "6.1" : "6.8")\nassay\t0.1.0")
    }
    let trend = Trend(cell: History.cell, metric: .throughput, points, machine: History.fast)
    #expect(trend.changes.map(\.differences) == [["kernel 6.1 → 6.8"]])
    // Rows of the first schema kept nothing of it.
    let old = Trend(
      cell: History.cell, metric: .throughput,
      points.prefix(10).map { HistoryPoint(record: History.row(1), figure: $0.figure) } + points.suffix(10),
      machine: History.fast)
    #expect(old.changes.map(\.differences) == [nil])
  }

  @Test func runsThatWereAskedForOtherThingsAreTold() {
    let points = [0.2, 10, 0.2].enumerated().map { History.point($0, 100, setting: "min-duration\t\($1) s\nseed\t7") }
    let trend = Trend(cell: History.cell, metric: .throughput, points, machine: History.fast)
    #expect(trend.points.count == 3 && trend.mixed == ["min-duration 0.2 s, 10.0 s"])
    #expect(History.trend([1, 2]).mixed.isEmpty)
  }

  @Test func joulesOfAnotherMeterAreLeftOut() {
    let points = [("ipmi", 5.0), ("rapl", 1), ("ipmi", 5), ("rapl", 2), (nil, 9)].enumerated().map {
      History.point($0, $1.1, metric: .energy, source: $1.0)
    }
    let trend = Trend(cell: History.cell, metric: .energy, Array(points.prefix(4)), machine: History.fast)
    #expect(trend.source == "rapl" && trend.points.map(\.value) == [1, 2])
    #expect(trend.leftOut.sources == [Trend.Reason(text: "ipmi", records: 2)])
    let unnamed = Trend(cell: History.cell, metric: .energy, points, machine: History.fast)
    #expect(unnamed.source == nil && unnamed.points.map(\.value) == [9])
    #expect(
      unnamed.leftOut.sources.map(\.text) == ["ipmi", "rapl"] && unnamed.leftOut.sources.map(\.records) == [2, 2])
  }

  @Test func recordsWithoutAValueAreCountedWithTheirReasons() {
    let points = [
      History.point(1, nil, missing: "The cell failed."), History.point(2, 7),
      History.point(3, nil, missing: "No meter."),
      History.point(4, nil, missing: "No meter."), HistoryPoint(record: History.row(5), figure: nil),
      History.point(6, 0),
      History.point(7, -1), History.point(8, nil),
    ]
    let trend = Trend(cell: History.cell, metric: .throughput, points, machine: History.fast)
    #expect(trend.points.map(\.number) == [2])
    #expect(
      Set(trend.leftOut.missing) == [
        Trend.Reason(text: "No meter.", records: 2), Trend.Reason(text: "The cell failed.", records: 1),
        Trend.Reason(text: "The version that added the record did not keep the metric.", records: 1),
        Trend.Reason(text: "The value is not positive.", records: 2),
        Trend.Reason(text: "The record does not say why.", records: 1),
      ])
    #expect(trend.leftOut.missing.map(\.records) == [2, 2, 1, 1, 1])
    #expect(
      Trend(cell: History.cell, metric: .fidelity, [History.point(6, 0)], machine: nil).points.map(\.value) == [0])
  }
}
