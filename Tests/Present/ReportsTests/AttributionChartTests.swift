import Analysis
import Records
import Testing

@testable import Reports

@Suite struct AttributionChartTests {
  private func chart(
    _ attribution: Attribution = AttributionSample.attribution(), maxError: Double? = nil
  ) -> String {
    AttributionChart(AttributionSummary(of: attribution), maxError: maxError).svg
  }

  @Test func picture() throws { try expectSnapshot(chart(maxError: 0.01), "attribution-svg") }

  /// One in the legend; what failed and what loses nothing has no place on a logarithmic axis.
  @Test func everyNodeWithAnErrorIsAPoint() throws {
    let reader = try SVGReader.read(chart())
    #expect(reader.elements.count { $0.name == "circle" && $0.attributes["class"] == "alone" } == 4 + 1)
    #expect(reader.elements.count { $0.attributes["class"] == "stem" } == 4)
    // Five models with a node more, one line less, and the legend's.
    #expect(reader.elements.count { $0.attributes["class"] == "so-far" } == 4 + 1)
    let hints = reader.elements.filter { $0.name == "title" }.map(\.text)
    #expect(hints.contains("fc: alone 0.358 %, so far 0.41 %"), "\(hints)")
  }

  /// More nodes, more error: from left to right the line of all up to here rises, and points follow each other.
  @Test func whatIsLoweredFirstIsAtTheLeft() throws {
    let reader = try SVGReader.read(chart())
    func places(_ style: String, _ keys: [String]) -> [[Double]] {
      reader.elements.filter { $0.attributes["class"] == style }
        .map { element in keys.compactMap { element.attributes[$0].flatMap(Double.init) } }
    }
    let lines = places("so-far", ["x1", "y1", "x2", "y2"]).filter { $0[1] != $0[3] }
    #expect(lines.count == 4)
    for line in lines { #expect(line[2] > line[0] && line[3] < line[1]) }
    let points = places("stem", ["x1", "y2"])
    for (left, right) in zip(points, points.dropFirst()) { #expect(right[0] > left[0] && right[1] < left[1]) }
  }

  @Test func aBudgetIsALine() throws {
    #expect(try SVGReader.read(chart()).elements.count { $0.attributes["class"] == "budget" } == 0)
    let reader = try SVGReader.read(chart(maxError: 0.01))
    #expect(reader.elements.count { $0.attributes["class"] == "budget" } == 1)
    #expect(reader.texts("small").contains { $0.text.hasPrefix("budget 1") })
  }

  @Test func namesAreEscaped() throws {
    let evil = "<script>\"&\"</script>\u{1B}"
    let reader = try SVGReader.read(chart(AttributionSample.attribution(named: evil, firstNode: evil)))
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("title").first?.text.contains("<script>\"&\"</script>") == true)
  }

  /// Nothing measured, or nothing lost: a sentence instead of axes.
  @Test func withoutErrorsItSaysSo() throws {
    var attribution = AttributionSample.begun
    for index in attribution.nodes.indices { attribution.nodes[index].error = index == 0 ? 0 : nil }
    let reader = try SVGReader.read(chart(attribution))
    #expect(reader.texts("axis").map(\.text) == ["No error was measured."])
  }

  /// Every coordinate is a number, also of one node.
  @Test func oneNodeIsAPicture() throws {
    var attribution = AttributionSample.begun
    attribution.nodes.removeLast(5)
    let reader = try SVGReader.read(chart(attribution))
    let places = reader.elements.flatMap { element in
      ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy"].compactMap { element.attributes[$0] }
    }
    #expect(places.count > 20 && places.allSatisfy { Double($0)?.isFinite == true })
  }
}
