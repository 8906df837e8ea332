import Analysis
import HostState
import Records
import Testing

@testable import Reports

@Suite struct RooflineChartTests {
  @Test func picture() throws { try expectSnapshot(RooflineChart(RooflineSample.record()).svg, "roofline-svg") }

  @Test func everyRoofDiagonalAndRidgeIsThere() throws {
    let reader = try SVGReader.read(RooflineChart(RooflineSample.record(threads: [1])).svg)
    let lines = reader.elements.filter { $0.name == "line" }.compactMap { $0.attributes["class"] }
    // The legend has one of each.
    #expect(lines.count { $0.hasSuffix(" high") } == 3 + 1)
    #expect(lines.count { $0.hasSuffix(" low") } == 6 + 1)
    #expect(lines.count { $0 == "bandwidth" } == 4 + 1)
    #expect(reader.elements.count { $0.name == "circle" } == 12 + 1)
    #expect(reader.texts("bandwidth-text").map(\.text).contains { $0.hasPrefix("memory 49.00 GB/s") })
    #expect(!reader.elements.contains { $0.name == "script" })
  }

  @Test func roofLabelsDoNotLieOnEachOther() throws {
    let reader = try SVGReader.read(RooflineChart(RooflineSample.record(threads: [1])).svg)
    let places = ["fp32-text", "bf16-text", "int8-text"].flatMap(reader.texts).filter { $0.text.contains("GOP/s") }
      .compactMap { $0.attributes["y"].flatMap(Double.init) }.sorted()
    #expect(places.count == 9)
    for (upper, lower) in zip(places, places.dropFirst()) { #expect(lower - upper >= 30) }
  }

  @Test(arguments: [([1], 1), ([1, 2], 2), ([1, 2, 4, 8], 2), ([], 0)])
  func oneThreadAndTheMostHaveAPanel(threads: [Int], panels: Int) throws {
    let reader = try SVGReader.read(RooflineChart(RooflineSample.record(threads: threads)).svg)
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == panels)
    if let most = threads.max() {
      #expect(reader.texts("title").last?.text.hasSuffix("\(most) thread\(most == 1 ? "" : "s")") == true)
    }
  }

  @Test func namesOfMachinesAreEscaped() throws {
    var record = RooflineSample.record(threads: [1])
    record.machine.cpuModel = "<script>alert(\"&\")</script>\u{1B}"
    let reader = try SVGReader.read(RooflineChart(record).svg)
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("title").first?.text.contains("<script>alert(\"&\")</script>") == true)
  }

  @Test func nodesArePoints() throws {
    let svg = RooflineChart(RooflineSample.record(threads: [1]), cells: RunSummary(of: NodeSample.record).nodes).svg
    try expectSnapshot(svg, "roofline-nodes-svg")
    let reader = try SVGReader.read(svg)
    // Those with operations, and the one of the legend.
    #expect(reader.elements.count { $0.attributes["class"] == "point fp32-point" } == 14 + 1)
    #expect(reader.texts("title").map(\.text) == ["resnet50/fp32/openblas/t1/b1/SingleStream"])
    let numbers = reader.texts("number")
    #expect(numbers.map(\.text).sorted() == (1...10).map(String.init).sorted())
    let places = numbers.map { number in ["x", "y"].compactMap { number.attributes[$0].flatMap(Double.init) } }
    for (index, place) in places.enumerated() {
      for other in places[..<index] { #expect(abs(place[0] - other[0]) >= 20 || abs(place[1] - other[1]) >= 12) }
    }
    // In one line, in the order of what they belong to: lines to points do not cross much.
    #expect(Set(places.map { $0[1] }).count == 1)
    #expect(!reader.elements.contains { $0.attributes["class"]?.hasSuffix(" low") == true })
    #expect(reader.elements.contains { $0.name == "title" && $0.text.hasPrefix("layer3.conv1 + layer3.add · ") })
  }

  @Test func aCellWithoutCeilingsHasNoPanel() throws {
    let cells = RunSummary(of: NodeSample.record).nodes
    let svg = RooflineChart(RooflineSample.record(threads: [2]), cells: cells).svg
    #expect(try SVGReader.read(svg).texts("title").map(\.text) == ["No ceilings were measured."])
  }
}
