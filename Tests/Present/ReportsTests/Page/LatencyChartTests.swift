import Analysis
import Foundation
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct LatencyChartTests {
  private static func row(_ latencies: [Int64], threads: Int = 1) throws -> LatencyDistribution {
    var result = Sample.performance(
      Sample.cell("resnet50", .fp32, threads: threads, .performance(.singleStream)), milliseconds: 1, count: 2,
      rounds: 1)
    result.rounds[0].performance?.latencies = latencies
    return try #require(LatencyDistribution(CellSummary(of: result), result))
  }

  @Test func whatUsersSee() throws {
    let record = PageSample.lifelike
    let summary = RunSummary(of: record)
    let rows = zip(summary.cells, record.cells).compactMap { LatencyDistribution($0, $1) }.prefix(4)
    let names = CellWords.differences(rows.map(\.summary.cell))
    #expect(names == ["1 thread", "2 threads", "4 threads", "8 threads"])
    try expectSnapshot(LatencyChart(Array(rows), names: names).picture.document, "latency-svg")
  }

  /// Signs lie where percentiles are on the axis, which ends at the least and the greatest of all rows.
  @Test func signsLieAtPercentiles() throws {
    // 1 to 4 ms: the median is 2 ms, so the axis goes from 0.5 to 2 medians, but for a margin of 0.5 %.
    let row = try Self.row((1...100).map { Int64($0 <= 10 ? 1_000_000 : $0 <= 90 ? 2_000_000 : 4_000_000) })
    let reader = try SVGReader.read(LatencyChart([row], names: ["x"]).picture.document)
    let dot = try #require(reader.elements.first { $0.name == "circle" && $0.attributes["r"] == "4.50" })
    #expect(dot.attributes["cx"] == "380.00" && dot.attributes["class"] == "sign full")
    let triangle = try #require(reader.elements.first { $0.name == "polygon" && $0.attributes["class"] == "sign open" })
    let x = try #require(triangle.attributes["points"]?.split(separator: ",").first.flatMap { Double($0) })
    // 720 of length for a factor of 4.0401, and one of 2 from the middle.
    #expect(abs(x - (380 + 720 * log(2) / log(4 * 1.005 * 1.005))) < 0.01)
    #expect(reader.elements.count { $0.attributes["class"] == "stem" } == 3)
  }

  @Test func everyQueryIsInABinOrCountedBeyond() throws {
    let row = try Self.row((0..<1000).map { Int64(1_000_000 + $0 * 1000) } + [90_000_000, 500_000_000])
    let axis = TightLogAxis(0.5, 1.5, start: 0, end: 100)
    let bins = row.bins(axis, count: 40)
    #expect(bins.reduce(0, +) == 1000 && row.count(above: axis.greatest) == 2)
    #expect(bins.reduce(0, +) + row.count(above: axis.greatest) == row.sorted.count)
    // Two slow ones of a thousand do not stretch the axis.
    #expect(row.end < 2 && row.greatest == 500_000_000)
    let reader = try SVGReader.read(LatencyChart([row], names: ["x"]).picture.document)
    #expect(reader.texts("small").contains { $0.text == "2 slower, up to 500.0 ms →" })
  }

  @Test func equalLatenciesHaveAPlaceToo() throws {
    let row = try Self.row([Int64](repeating: 7_000_000, count: 50))
    #expect(row.bins(TightLogAxis(0.995, 1.005, start: 0, end: 100), count: 10).reduce(0, +) == 50)
    let document = LatencyChart([row], names: ["x"]).picture.document
    #expect(!document.contains("nan") && !document.contains("inf"))
    _ = try SVGReader.read(document)
  }

  @Test func noLatenciesAreNoDistribution() throws {
    var result = Sample.performance(
      Sample.cell("resnet50", .fp32, threads: 1, batch: 8, .performance(.offline)), milliseconds: 1, count: 20)
    #expect(LatencyDistribution(CellSummary(of: result), result) == nil)
    result = Sample.performance(
      Sample.cell("resnet50", .fp32, threads: 1, .performance(.singleStream)), milliseconds: 1, count: 20)
    for index in result.rounds.indices { result.rounds[index].performance?.latencies[0] = 0 }
    #expect(LatencyDistribution(CellSummary(of: result), result) == nil)
  }

  @Test(arguments: [
    (0.97, 1.04), (0.9, 2.1), (1, 1.0001), (0.2, 35), (1e-3, 1e6), (0.99, 12), (5, 5), (1, .infinity), (.nan, 1),
    (0, 0),
  ])
  func ticksAreWithinTheAxisAndApart(least: Double, greatest: Double) {
    let axis = TightLogAxis(least, greatest, start: 20, end: 740)
    let ticks = axis.ticks(room: 46)
    #expect((2...20).contains(ticks.count), "\(ticks)")
    for tick in ticks { #expect(tick >= axis.least * 0.999 && tick <= axis.greatest * 1.001) }
    for (tick, next) in zip(ticks, ticks.dropFirst()) { #expect(axis.place(next) - axis.place(tick) > 30, "\(ticks)") }
  }
}
