import Analysis
import Records
import Testing

@testable import Reports

/// Effects as a picture.
@Suite struct ComparisonChartTests {
  @Test func everyRatioHasAMarkAndItsInterval() throws {
    let svg = ComparisonChart(ComparisonSample.comparison, base: "base.json", candidate: "candidate.json").svg
    try expectSnapshot(svg, "comparison-svg")
    let reader = try SVGReader.read(svg)
    let entries = ComparisonSample.comparison.cells.flatMap(\.metrics).filter { $0.ratio != nil }
    let marks = { (style: String) in
      reader.elements.filter { $0.name == "rect" && $0.attributes["class"] == style }
    }
    #expect(marks("told").count == entries.count { $0.change.isChange })
    #expect(marks("open").count == entries.count { !$0.change.isChange })
    // One line and two ends for each interval.
    let whiskers = reader.elements.count { $0.name == "line" && $0.attributes["class"] == "whisker" }
    #expect(whiskers == 3 * entries.count { $0.ratio?.lower != nil })
    // What a filled square says, a word says too.
    #expect(reader.texts("name").contains { $0.text.hasSuffix("  better") })
    #expect(reader.texts("name").contains { $0.text.contains("  ~ (") })
  }

  @Test func modes() throws {
    let reader = try SVGReader.read(ComparisonChart(ComparisonSample.modes, record: "record.json").svg)
    // int8 and bf16; emulated cells have no speed, and FP32 is what others are held against.
    #expect(reader.elements.count { $0.name == "rect" && ["told", "open"].contains($0.attributes["class"]) } == 2)
    #expect(reader.texts("name").contains { $0.text.hasPrefix("int8 · resnet50") })
  }

  @Test func nothingIsSaidInWords() throws {
    let empty = RunComparison(
      base: Sample.record([], status: .complete, warnings: []),
      candidate: Sample.record([], status: .complete, warnings: []), isPaired: false)
    let reader = try SVGReader.read(ComparisonChart(empty, base: "<a>", candidate: "b&c").svg)
    #expect(reader.texts("name").map(\.text) == ["Nothing has a ratio."])
  }

  /// However far values are apart, marks stay on the picture.
  @Test(arguments: [[1.0], [0.5, 2], [0.999, 1.001], [1e-200, 1e200], [1.3], [0.02, 40]])
  func axesHoldTheirRatios(ratios: [Double]) {
    let axis = RatioAxis(ratios, start: 100, end: 500)
    #expect(axis.least < 1 && axis.greatest > 1)
    for ratio in ratios + [1] { #expect((100.0...500).contains(axis.place(ratio))) }
    #expect(axis.ticks.contains { abs($0 - 1) < 1e-12 } && axis.ticks.count <= 20, "\(axis.ticks)")
    #expect(axis.ticks.allSatisfy { axis.least <= $0 && $0 <= axis.greatest })
    // A doubling is as long as a halving.
    let wide = RatioAxis([0.25, 4], start: 0, end: 100)
    #expect(abs((wide.place(2) - wide.place(1)) - (wide.place(1) - wide.place(0.5))) < 1e-9)
  }
}
