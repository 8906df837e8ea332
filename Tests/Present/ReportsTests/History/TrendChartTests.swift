import Analysis
import Store
import Testing

@testable import Reports

private typealias History = TrendSample

@Suite struct TrendChartTests {
  @Test func picture() throws { try expectSnapshot(TrendChart(History.full).svg, "history-trend-svg") }

  private static func places(_ reader: SVGReader, _ name: String, _ style: String, _ attribute: String) -> [Double] {
    reader.elements.filter { $0.name == name && $0.attributes["class"] == style }.compactMap {
      $0.attributes[attribute].flatMap(Double.init)
    }
  }

  @Test func everythingHasItsMark() throws {
    let reader = try SVGReader.read(TrendChart(History.full).svg)
    func count(_ name: String, _ style: String) -> Int {
      reader.elements.count { $0.name == name && $0.attributes["class"] == style }
    }
    // The legend has one of each.
    #expect(count("circle", "point") == 40 + 1)
    // Six of forty have too few values for an interval.
    #expect(count("line", "bar") == 34 + 1)
    #expect(count("line", "change") == 2 + 1 && count("line", "level") == 3 + 1 && count("polygon", "head") == 2)
    #expect(reader.texts("name").map(\.text).allSatisfy { $0.contains("worse, ×1.0") || $0.contains("better, ×0.9") })
    #expect(reader.texts("small").contains { $0.text == "12 records of other machines left out" })
    #expect(reader.elements.count { $0.name == "title" } == 1 + 40 + 2)
  }

  @Test func changesStandBetweenTheirRecords() throws {
    let trend = History.full
    let reader = try SVGReader.read(TrendChart(trend).svg)
    let points = Self.places(reader, "circle", "point", "cx")
    let changes = Self.places(reader, "line", "change", "x1")
    for (change, place) in zip(trend.changes, changes) {
      #expect(points[change.index - 1] < place && place < points[change.index])
    }
    // Smaller values lie lower, which is a greater y.
    let heights = Self.places(reader, "circle", "point", "cy")
    for (left, right) in zip(trend.points.indices, trend.points.indices.dropFirst()) {
      #expect((trend.points[left].value < trend.points[right].value) == (heights[left] > heights[right]))
    }
    let frame = try #require(reader.elements.first { $0.attributes["class"] == "frame" })
    let top = try #require(frame.attributes["y"].flatMap(Double.init))
    let height = try #require(frame.attributes["height"].flatMap(Double.init))
    let bars = Self.places(reader, "line", "bar", "y1").dropLast() + Self.places(reader, "line", "bar", "y2").dropLast()
    #expect((heights.dropLast() + bars).allSatisfy { $0 >= top && $0 <= top + height })
  }

  @Test(arguments: [1, 2, 10, 40, 60])
  func namesOfRecordsDoNotLieOnEachOther(count: Int) throws {
    let reader = try SVGReader.read(TrendChart(History.trend(History.points(count))).svg)
    let names = reader.elements.filter {
      $0.name == "text" && $0.attributes["text-anchor"] == "middle" && $0.attributes["class"] == "tick"
    }.compactMap { $0.attributes["x"].flatMap(Double.init) }
    #expect(!names.isEmpty)
    for (left, right) in zip(names, names.dropFirst()) { #expect(right - left >= 90) }
  }

  /// Without colours: dashes of different kinds, heads that point up or down, and words.
  @Test func colourIsNotNeeded() throws {
    let svg = TrendChart(History.full).svg
    #expect(svg.contains(".level { stroke: #111827; stroke-width: 2; stroke-dasharray: 8 4; }"))
    #expect(svg.contains(".change { stroke: #b91c1c; stroke-width: 1.8; stroke-dasharray: 2 4; }"))
    let reader = try SVGReader.read(svg)
    let heads = reader.elements.filter { $0.attributes["class"] == "head" }.compactMap { head in
      head.attributes["points"]?.split(separator: " ").compactMap { Double($0.split(separator: ",")[1]) }
    }
    // The first rises: its tip is above its base.
    #expect(heads.count == 2 && heads[0][0] < heads[0][1] && heads[1][0] > heads[1][1])
  }

  @Test func withoutValuesThereIsNothingToDraw() throws {
    let trend = History.trend([])
    #expect(!TrendChart(trend).hasPoints && TrendChart(History.full).hasPoints)
    #expect(try SVGReader.read(TrendChart(trend).svg).texts("axis").map(\.text) == ["There is no value of latency."])
  }

  @Test(
    arguments: [
      [1.0], [0.0, 0], [5, 5, 5], [-3, 3], [1e-9, 1.1e-9], [1e9, 1.0001e9], [0.999, 1], [0, 1e29], [.infinity], [],
    ] as [[Double]])
  func axesHoldTheirValues(values: [Double]) {
    let axis = TrendAxis(around: values, start: 400, end: 100)
    for value in values where value.isFinite { #expect((99.9...400.1).contains(axis.place(value))) }
    #expect((2...41).contains(axis.ticks.count))
    #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(axis.place(axis.ticks[0]) - 400) < 0.1)
    // Neighbours have different texts wherever nine decimals can tell them apart.
    let isTiny = values.contains { $0 != 0 && abs($0) < 1e-6 }
    #expect(isTiny || Set(axis.ticks.map(axis.text)).count == axis.ticks.count)
    if values.allSatisfy({ $0 >= 0 }) { #expect(axis.ticks[0] >= 0) }
  }

  @Test func csvHasEveryRecordOfATrend() throws {
    let trend = History.full
    let lines = HistoryCSV.text(trend).split(separator: "\r\n", omittingEmptySubsequences: false).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(
      lines[0] == [
        "number", "began", "label", "cell", "machine", "source", "latency_s", "latency_lower95_s", "latency_upper95_s",
        "count", "change", "change_ratio", "change_p",
      ])
    #expect(lines.count == 1 + 40 + 1 && lines.last == [""])
    #expect(lines[1...40].allSatisfy { $0.count == 13 })
    // The first has too few values for an interval, and no label.
    #expect(lines[1][2] == "" && lines[1][7] == "" && lines[1][8] == "" && lines[1][9] == "3")
    #expect(Double(lines[2][6]) == trend.points[1].value && Double(lines[2][7]) == trend.points[1].lower)
    #expect(lines[16][10] == "worse" && Double(lines[16][11]) == trend.changes[0].ratio && lines[31][10] == "better")
    #expect(lines[1...40].count { $0[10] != "" } == 2)
    let shares = HistoryCSV.text(History.trend([], metric: .accuracy))
    #expect(shares.contains(",accuracy,accuracy_lower95,") && !shares.contains("accuracy_,"))
    #expect(HistoryCSV.text(History.trend([], metric: .throughput)).contains(",throughput_samples_per_s,"))
  }

  @Test func csvOfRecordsIsHarmless() {
    let row = History.row(1, label: "=cmd()\u{1B},\"x\"")
    let text = HistoryCSV.text(RecordListing(store: "x", rows: [row], total: 1))
    #expect(text.hasPrefix("number,began,suite,label,cells,status,machine,machine_facts,assay,added,sha256,file\r\n2,"))
    #expect(text.contains(",\"'=cmd()\u{FFFD},\"\"x\"\"\",20,complete,0123456789abcdef,"))
  }
}
