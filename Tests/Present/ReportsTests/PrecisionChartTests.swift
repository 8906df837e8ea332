import Analysis
import HostState
import Records
import Testing

@testable import Reports

@Suite struct PrecisionChartTests {
  private func chart(_ record: Record = ContractSample.record, maxError: Double? = nil) -> String {
    PrecisionChart(record: record, comparisons: RunSummary(of: record).contracts, maxError: maxError).svg
  }

  @Test func picture() throws { try expectSnapshot(chart(maxError: 0.05), "precision-svg") }

  @Test func everyContractWithAResultIsAPointWithALabel() throws {
    let reader = try SVGReader.read(chart())
    let points = reader.elements.filter { $0.name == "circle" }
    // Seven of resnet50, FP32 included, and three of minilm-l6; two in each legend.
    #expect(points.count == 10 + 2 * 2)
    #expect(points.count { $0.attributes["class"]?.contains("native") == true } == 3 + 2)
    let labels = reader.texts("tick").map(\.text) + reader.texts("best").map(\.text)
    for name in ["mxfp4-e2m1  38.90 %", "fp32-fma  0 · 1.00×", "vdpbf16ps  2.265 % · 0.50× · 78.31 samples/s"] {
      #expect(labels.contains { $0.hasPrefix(name) }, "\(name)")
    }
    #expect(!labels.contains { $0.contains("fp16-fma") })
    #expect(reader.texts("title").map(\.text) == ["Numerics contracts on resnet50", "Numerics contracts on minilm-l6"])
  }

  @Test func labelsDoNotLieOnEachOther() throws {
    let reader = try SVGReader.read(chart())
    let places = (reader.texts("best") + reader.texts("tick")).filter { $0.attributes["x"] == "772.00" }
      .compactMap { $0.attributes["y"].flatMap(Double.init) }.sorted()
    #expect(places.count == 10 + 2)
    for (upper, lower) in zip(places, places.dropFirst()) { #expect(lower - upper >= 14) }
  }

  /// More bytes, less error: the line never rises to the right.
  @Test func theFrontFalls() throws {
    let reader = try SVGReader.read(chart())
    let steps = reader.elements.filter { $0.attributes["class"] == "front" && $0.name == "line" }
      .map { line in ["x1", "y1", "x2", "y2"].compactMap { line.attributes[$0].flatMap(Double.init) } }
    #expect(!steps.isEmpty)
    for step in steps { #expect(step.count == 4 && step[2] >= step[0] && step[3] >= step[1]) }
  }

  @Test func aBudgetIsALine() throws {
    #expect(try SVGReader.read(chart()).elements.count { $0.attributes["class"] == "budget" } == 0)
    let reader = try SVGReader.read(chart(maxError: 0.05))
    #expect(reader.elements.count { $0.attributes["class"] == "budget" } == 2)
    #expect(reader.texts("budget-text").map(\.text) == ["error at most 5.000 %", "error at most 5.000 %"])
  }

  @Test func namesAreEscaped() throws {
    let reader = try SVGReader.read(chart(ContractSample.record(named: "<script>\"&\"</script>\u{1B}")))
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("title").first?.text.contains("<script>\"&\"</script>") == true)
  }

  /// Errors of nothing but zero, one entry: axes still have two ends.
  @Test func oneExactContractIsAPicture() throws {
    var record = ContractSample.record
    record.cells = [record.cells[record.cells.count - 1]]
    let reader = try SVGReader.read(chart(record))
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == 1)
    let places = reader.elements.flatMap { element in ["x", "y", "cx", "cy"].compactMap { element.attributes[$0] } }
    #expect(places.count > 20 && places.allSatisfy { Double($0)?.isFinite == true })
  }
}
