import Analysis
import HostState
import Records
import Testing

@testable import Reports

@Suite struct HeatMapChartTests {
  func chart(_ record: Record) throws -> String {
    HeatMapChart(record: record, maps: try #require(SweepSummary(of: record, goal: .throughput)).heatMaps).svg
  }

  @Test func picture() throws { try expectSnapshot(try chart(SweepSample.full), "heat-map-svg") }

  @Test func everyPlaceHasItsNumber() throws {
    let summary = try #require(SweepSummary(of: SweepSample.full, goal: .throughput))
    let reader = try SVGReader.read(try chart(SweepSample.full))
    let maps = summary.heatMaps.filter { $0.instances.count * $0.threads.count > 1 }
    let values = maps.flatMap { $0.values.flatMap { $0.compactMap(\.self) } }
    let numbers = (reader.texts("number") + reader.texts("number-on-dark")).map(\.text)
    #expect(
      numbers.sorted() == values.map { Figure.significant($0.throughput) + ($0.isMarked ? " !" : "") }.sorted())
    #expect(reader.elements.count { $0.attributes["class"] == "place marked" } == 1)
    #expect(reader.elements.count { $0.attributes["class"] == "best" } == 1)
    #expect(
      reader.elements.count { $0.attributes["class"] == "place h7" }
        == values.count { $0.share >= 0.875 && !$0.isMarked })
  }

  /// Forty thread counts: shares instead of numbers that would not fit, all within the picture.
  @Test func narrowColumnsShowShares() throws {
    let cells = (1...40).map { SweepSample.cell(Double(50 * $0), instances: 1, threads: $0, batch: 1, rounds: 1) }
    let reader = try SVGReader.read(try chart(SweepSample.record(cells)))
    let texts = (reader.texts("number") + reader.texts("number-on-dark")).map(\.text)
    #expect(texts.count == 40)
    #expect(texts.allSatisfy { $0.hasSuffix("%") })
    for rectangle in reader.elements where rectangle.attributes["class"]?.hasPrefix("place") == true {
      let right = ["x", "width"].compactMap { rectangle.attributes[$0].flatMap(Double.init) }.reduce(0, +)
      #expect(right <= 1120)
    }
  }

  @Test func nothingToCompareIsSaid() throws {
    let reader = try SVGReader.read(try chart(SweepSample.record([SweepSample.cell(10, instances: 1, threads: 1)])))
    #expect(reader.texts("title").map(\.text) == ["No configurations with different counts were measured."])
  }

  @Test func namesAreEscaped() throws {
    var record = SweepSample.full
    record.machine.cpuModel = "<script>&</script>"
    #expect(!(try SVGReader.read(try chart(record)).elements.contains { $0.name == "script" }))
  }
}
