import Energy
import Records
import Testing

@testable import Reports

@Suite struct LoadLineReportTests {
  private static let lines = [
    ("measured", EnergySample.measuredLine), ("modelled", EnergySample.line { EnergySample.modelled(400 + 600 * $0) }),
    ("none", EnergySample.line { _ in .unavailable(reason: EnergySample.unreadable) }),
  ]

  @Test("What users see", arguments: [80, 120])
  func snapshots(width: Int) throws {
    for (name, line) in Self.lines {
      try expectSnapshot(LoadLineReport(line, style: ReportStyle(width: width)).text, "load-line-\(name)-\(width)")
    }
  }

  @Test("Lines stay within the width", arguments: [70, 80, 100, 120])
  func width(columns: Int) {
    for (_, line) in Self.lines {
      let text = LoadLineReport(line, style: ReportStyle(width: columns)).text
      #expect(text.split(separator: "\n").filter { String($0).displayWidth > columns } == [])
    }
  }

  /// 199 (1 + 0.75 + 0.5 + 0.25) samples/s over 100 + 85 + 70 + 55 + 40 W; power falls by 60 % where load does by 100 %.
  @Test func figuresByHand() {
    let text = LoadLineReport(EnergySample.measuredLine, style: ReportStyle(width: 160)).text
    #expect(text.contains("overall          1.421 samples/J"))
    #expect(text.contains("proportionality  0.6000 ("))
    #expect(text.contains("100.0 ±1.0%"))
  }

  @Test func aReasonIsSaidOnce() {
    let text = LoadLineReport(Self.lines[2].1, style: ReportStyle(width: 160)).text
    #expect(text.ranges(of: EnergySample.unreadable).count == 1)
    #expect(text.ranges(of: "unavailable, as power is.").count == 2)
  }

  @Test func aLateFullLoadIsSaid() {
    var line = EnergySample.measuredLine
    #expect(!LoadLineReport(line).text.contains("longer steps"))
    line.steps[0].completed = 150
    #expect(LoadLineReport(line).text.contains("75.0 % of the maximum"))
  }

  // MARK: Picture

  @Test func picture() throws { try expectSnapshot(LoadLineChart(EnergySample.measuredLine).svg, "load-line-svg") }

  @Test func everyStepIsAPointWithItsBar() throws {
    let reader = try SVGReader.read(LoadLineChart(EnergySample.measuredLine).svg)
    // Watts of five steps, latencies of four.
    #expect(reader.elements.count { $0.name == "circle" } == 5 + 4)
    #expect(reader.elements.count { $0.name == "line" && $0.attributes["class"] == "bar" } == 5 * 3)
    #expect(reader.elements.count { $0.attributes["class"] == "ideal" } == 1)
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == 2)
  }

  @Test func modelledWattsSaySoAndAreHollow() throws {
    let reader = try SVGReader.read(LoadLineChart(Self.lines[1].1).svg)
    #expect(reader.texts("axis").contains { $0.text.contains("modelled") })
    #expect(reader.elements.count { $0.attributes["class"] == "sign modelled" } == 5)
    let measured = try SVGReader.read(LoadLineChart(EnergySample.measuredLine).svg)
    #expect(!measured.elements.contains { $0.attributes["class"] == "sign modelled" })
  }

  @Test func withoutPowerThereIsOnlyLatency() throws {
    let reader = try SVGReader.read(LoadLineChart(Self.lines[2].1).svg)
    #expect(reader.elements.count { $0.name == "circle" } == 4)
    #expect(reader.texts("axis").contains { $0.text.contains("Power is unavailable") })
  }

  @Test func namesAreEscaped() throws {
    var line = EnergySample.measuredLine
    line.system = "<script>alert(1)</script>"
    let reader = try SVGReader.read(LoadLineChart(line).svg)
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("title").first?.text.contains("<script>") == true)
  }
}
