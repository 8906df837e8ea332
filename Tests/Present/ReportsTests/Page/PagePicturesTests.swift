import Analysis
import Foundation
import NumericFormats
import Records
import Testing

@testable import Reports

/// What each sample's pictures stand for, counted from the records by hand.
private let expected: [(page: String, kind: String, marks: [Int])] = [
  // Two cells under SingleStream with their histogram and three percentiles, and two of another workload.
  ("busy", "latency", [8, 4]), ("busy", "scaling", [2]), ("busy", "energy", [2]),
  ("sweep", "scaling", [6]), ("scaling", "scaling", [12]), ("energy", "energy", [5]),
  // Four ridges of one precision each of three, and the nodes with operations.
  ("nodes", "roofline", [12 + 14]), ("contracts", "precision", [10]), ("contracts", "trade-off", [3]),
  // Five steps with power, four with latency.
  ("load-line", "load-line", [9]), ("lifelike", "trade-off", [12]), ("lifelike", "latency", [16, 16, 16]),
]

@Suite struct PagePicturesTests {
  /// As many marks as data, as told; each mark has a hint.
  @Test(arguments: expected)
  func everyMarkIsThere(name: String, kind: String, marks: [Int]) throws {
    let pictures = try PageSample.made(name).content.all("svg").filter { $0.attributes["data-chart"] == kind }
    #expect(pictures.compactMap { $0.attributes["data-marks"] } == marks.map(String.init))
  }

  /// What `scripts/check-report` counts in a browser, counted here too.
  @Test func marksAreDrawnAsOftenAsTold() throws {
    for page in try PageSample.made.get() {
      let (name, reader) = (page.name, page.content)
      var told: [Int] = []
      var drawn: [Int] = []
      for element in reader.elements {
        if element.name == "svg" {
          told.append(try #require(element.attributes["data-marks"].flatMap { Int($0) }))
          drawn.append(0)
        } else if element.name == "title", element.path.last != "svg", element.path.contains("svg") {
          drawn[drawn.count - 1] += 1
        }
      }
      #expect(told == drawn, "\(name)")
    }
  }

  /// Styles of one kind of picture reach no other, and dark ones follow the page's switch and the reader's preference alike.
  @Test func stylesAreScoped() throws {
    let curves = RunSummary(of: ScalingChartTests.two).scaling
    let chart = ScalingChart(record: ScalingChartTests.two, curves: curves).picture
    let rules = SVGPicture.pageRules([
      chart, EnergyChart(record: Sample.busy, summary: RunSummary(of: Sample.busy)).picture, chart,
    ])
    #expect(
      rules.contains(".c-scaling .s0 { stroke: #1d4ed8; }") && rules.contains(".c-energy .watts { stroke: #9ca3af;"))
    #expect(rules.contains(".chart text { font-family:"))
    #expect(rules.components(separatedBy: "\n.c-scaling .ideal {").count == 2, "once, though there are two")
    #expect(rules.contains(":where(:root[data-theme=dark]) .c-scaling .s0 { stroke: #60a5fa; }"))
    #expect(rules.contains(":where(:root:not([data-theme=light])) .c-scaling .s0 { stroke: #60a5fa; }"))
    // Nothing without a picture's class before it.
    for line in rules.split(separator: "\n") where line.contains("{") && !line.hasPrefix("@media") {
      #expect(line.hasPrefix(".c-") || line.hasPrefix(".chart ") || line.hasPrefix(":where(:root"), "\(line)")
    }
    // Paper is light.
    #expect(rules.components(separatedBy: "@media").dropFirst().allSatisfy { $0.hasPrefix(" screen") })
  }

  @Test func severalSelectorsAreScopedEach() {
    #expect(
      SVGStyle.scoped(".a, .b.c { fill: red; } text { x: y; }\n.d {\n  z: 1; }", below: ".p")
        == [".p .a, .p .b.c { fill: red; }", ".p text { x: y; }", ".p .d { z: 1; }"])
  }

  /// A picture alone brings its styles along, and one in a page has none.
  @Test func picturesStandAloneToo() throws {
    let chart = EnergyChart(record: EnergySample.record, summary: RunSummary(of: EnergySample.record))
    #expect(chart.svg.contains("<style>") && chart.svg.contains("prefers-color-scheme: dark"))
    let element = chart.picture.element(id: "x", title: "<T>", description: "\"D\"", marks: 5)
    #expect(!element.contains("<style>") && !element.contains("xmlns"))
    let reader = try SVGReader.read(element)
    #expect(reader.elements.first?.attributes["aria-labelledby"] == "x-t x-d")
    #expect(reader.elements.first { $0.name == "title" }?.text == "<T>")
    #expect(reader.elements.first { $0.name == "desc" }?.text == "\"D\"")
    #expect(element.components(separatedBy: "\n").dropFirst(3).dropLast().joined() == chart.picture.elements.joined())
  }
}
