import Analysis
import HostState
import NumericFormats
import Records
import Testing
import Topology

@testable import Reports

@Suite struct ScalingChartTests {
  func chart(_ record: Record) throws -> String {
    ScalingChart(record: record, curves: try #require(SweepSummary(of: record, goal: .throughput)).scaling).svg
  }

  /// Two precisions, one with a knee and siblings, one with a marked point.
  static let two: Record = {
    let int8 =
      [1, 2, 4, 8, 12, 16].map {
        SweepSample.cell(
          SweepSample.law($0, kappa: 0.008), instances: 1, threads: $0, scatter: 0.02)
      } + [SweepSample.cell(480, instances: 1, threads: 24, scatter: 0.02)]
    let fp32 = [1, 2, 4, 8, 16].map {
      SweepSample.cell(
        SweepSample.law($0, first: 24, sigma: 0.01, kappa: 0), instances: 1, threads: $0, precision: .fp32,
        strayed: $0 == 8 ? 20 : nil)
    }
    return SweepSample.record(int8 + fp32, ladder: int8 + fp32)
  }()

  /// As many threads as need logarithmic axes.
  static let many: Record = {
    let cells = [1, 2, 4, 8, 16, 32, 64, 128].map {
      SweepSample.cell(SweepSample.law($0, sigma: 0.002, kappa: 0.00005), instances: 1, threads: $0)
    }
    var record = SweepSample.record(cells, ladder: cells)
    record.topology = Topology(root: Sample.topology.root, allowedPUs: Array(0..<128), cores: [], quota: nil)
    return record
  }()

  @Test("What users see", arguments: [("two", two), ("many", many)])
  func picture(name: String, record: Record) throws { try expectSnapshot(try chart(record), "scaling-\(name)-svg") }

  @Test func everyPointHasASignAndABar() throws {
    let reader = try SVGReader.read(try chart(Self.two))
    func count(_ name: String, _ style: String) -> Int {
      reader.elements.count { $0.name == name && $0.attributes["class"] == style }
    }
    // Seven points of int8, one of them on siblings, and the series' sign.
    #expect(count("circle", "sign full s0") == 6 + 1)
    #expect(count("circle", "sign open s0") == 1)
    #expect(count("polygon", "sign full s1") == 4 + 1)
    #expect(count("polygon", "sign open s1") == 1)
    #expect(count("line", "bar s0") == 3 * 7)
    #expect(count("line", "cross s1") == 2)
    #expect(count("polyline", "law s0") == 1)
    #expect(count("line", "ideal s0") == 1)
    #expect(count("line", "knee s0") == 1)
    // Nobody saw a knee of fp32.
    #expect(count("line", "knee s1") == 0)
    #expect(reader.texts("small").contains { $0.text.hasPrefix("no knee seen") })
    #expect(!reader.elements.contains { $0.name == "script" })
  }

  @Test("Every coordinate is a number within the picture", arguments: [two, many, SweepSample.full])
  func places(record: Record) throws {
    let reader = try SVGReader.read(try chart(record))
    let x = reader.elements.flatMap { element in ["x", "x1", "x2", "cx"].compactMap { element.attributes[$0] } }
    let y = reader.elements.flatMap { element in ["y", "y1", "y2", "cy"].compactMap { element.attributes[$0] } }
    #expect(x.count > 30)
    for text in x { #expect((0...ScalingChart.width).contains(try #require(Double(text)))) }
    for text in y { #expect((0...ScalingChart.panelHeight).contains(try #require(Double(text)))) }
  }

  /// The ideal line goes through the one-thread point, and through twice its throughput at two threads.
  @Test func theIdealLineIsIdeal() throws {
    for record in [Self.two, Self.many] {
      let reader = try SVGReader.read(try chart(record))
      let line = try #require(reader.elements.first { $0.attributes["class"] == "ideal s0" })
      let point = try #require(reader.elements.first { $0.attributes["class"] == "sign full s0" })
      #expect(line.attributes["x1"] == point.attributes["cx"])
      #expect(line.attributes["y1"] == point.attributes["cy"])
    }
  }

  @Test func manyCurvesHaveSeveralPanels() throws {
    let cells = (1...8).flatMap { batch in
      [1, 2].map { SweepSample.cell(Double(50 * $0), instances: 1, threads: $0, batch: batch, rounds: 2) }
    }
    let reader = try SVGReader.read(try chart(SweepSample.record(cells)))
    #expect(reader.elements.count { $0.attributes["class"] == "frame" } == 2)
    #expect(reader.texts("legend").count == 8)
    #expect(reader.texts("small").contains { $0.text.hasPrefix("The law needs 3") })
  }

  @Test func withoutACurveItSaysSo() throws {
    let reader = try SVGReader.read(try chart(SweepSample.record([])))
    #expect(reader.texts("title").map(\.text) == ["No curve of more than one thread count was measured."])
  }

  @Test func namesAreEscaped() throws {
    var record = Self.two
    record.machine.cpuModel = "<script>\"&\"</script>\u{1B}"
    let reader = try SVGReader.read(try chart(record))
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("small").first?.text.contains("<script>\"&\"</script>") == true)
  }
}
