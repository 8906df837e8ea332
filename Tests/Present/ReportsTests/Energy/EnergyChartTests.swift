import Analysis
import Energy
import HostState
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct EnergyChartTests {
  private func chart(_ record: Record) -> EnergyChart {
    EnergyChart(record: record, summary: RunSummary(of: record))
  }

  private func read(_ record: Record) throws -> SVGReader { try SVGReader.read(chart(record).svg) }

  @Test func picture() throws { try expectSnapshot(chart(EnergySample.record).svg, "energy-svg") }

  @Test func measuredAndModelledHaveTheirOwnPanels() throws {
    let reader = try read(EnergySample.record)
    #expect(
      reader.texts("title").map(\.text) == [
        "resnet50: energy against throughput", "bert-base-384: energy against throughput",
        "resnet50: modelled energy against throughput",
      ])
    let points = reader.elements.filter { $0.name == "circle" }.compactMap { $0.attributes["class"] }
    // Each panel's legend has one.
    #expect(points.count { $0.hasPrefix("point measured") } == 4 + 2)
    #expect(points.count { $0.hasPrefix("point modelled") } == 1 + 1)
    // Lines to labels do not cross panels.
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == 3)
  }

  @Test func metersAreNeverHeldAgainstEachOther() throws {
    var record = EnergySample.record
    record.cells[3].rounds = record.cells[3].rounds.map { round in
      var round = round
      round.performance?.energy = EnergySample.reading(300, by: "ipmi-dcmi")
      return round
    }
    #expect(try read(record).elements.count { $0.attributes["class"] == "frame" } == 4)
  }

  /// Bars in both directions: two thirds of a cross each, with ends.
  @Test func everyPointHasBarsInBothDirections() throws {
    let reader = try read(Sample.record([EnergySample.record.cells[0]], status: .complete, warnings: []))
    let bars = reader.elements.filter { $0.name == "line" && $0.attributes["class"] == "bar fp32" }
    func length(_ bar: (name: String, attributes: [String: String], text: String), _ axis: String) -> Double {
      let ends = ["\(axis)1", "\(axis)2"].map { bar.attributes[$0].flatMap(Double.init) ?? .nan }
      return abs(ends[0] - ends[1])
    }
    #expect(bars.count == 6)
    // Half of 2.9 % and 2.5 % of a decade over the panel.
    #expect(bars.count { length($0, "y") > 10.5 && length($0, "x") == 0 } == 1)
    #expect(bars.count { length($0, "x") > 10.5 && length($0, "y") == 0 } == 1)
  }

  @Test("Labels do not lie on each other", arguments: [1, 5, 16, 32, 33, 70])
  func labels(count: Int) throws {
    let cells = (1...count).map { threads in
      EnergySample.result(
        Sample.cell("resnet50", .fp32, threads: threads, .performance(.singleStream)), milliseconds: 20, count: 20,
        [EnergySample.reading(100 + Double(threads) / 100)])
    }
    let reader = try read(Sample.record(cells, status: .complete, warnings: []))
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == (count + 31) / 32)
    let labels = reader.elements.filter { $0.name == "text" && $0.attributes["x"] == "772.00" }
    #expect(labels.count { $0.text.contains(" J") } == count)
    let places = labels.compactMap { $0.attributes["y"].flatMap(Double.init) }.sorted()
    for (upper, lower) in zip(places, places.dropFirst()) { #expect(lower - upper >= 13.9) }
    #expect(try #require(places.last) <= 640 * Double((count + 31) / 32) - 100 + 8)
  }

  @Test func aCellThatRanElsewhereIsCrossed() throws {
    var record = EnergySample.record
    #expect(try !read(record).elements.contains { $0.attributes["class"] == "cross" })
    for index in record.cells[0].rounds.indices { record.cells[0].rounds[index].performance?.observedCPUs = [[1]] }
    #expect(try read(record).elements.count { $0.attributes["class"] == "cross" } == 2 + 2)
  }

  @Test func withoutEnergyThereIsNothing() {
    #expect(!chart(Sample.quiet).hasPoints)
    #expect(chart(EnergySample.record).hasPoints)
  }

  @Test func namesAreEscaped() throws {
    var record = EnergySample.record
    record.machine.cpuModel = "<script>&\u{1B}"
    let reader = try read(record)
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("small").contains { $0.text.contains("<script>&") })
  }
}
