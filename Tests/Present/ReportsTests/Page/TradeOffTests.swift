import Analysis
import Energy
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct TradeOffTests {
  private typealias Point = (speed: Double, error: Double, joules: Double)

  @Test func theFrontIsWhatNoneBeats() {
    let points: [Point] = [(10, 0.1, 5), (10, 0.1, 5), (9, 0.1, 5), (5, 0, 5), (4, 0, 4), (4, 0.2, 5), (20, 0.5, 9)]
    #expect(TradeOff.front(points) == [true, true, false, true, true, false, true])
  }

  @Test func whatUsersSee() throws {
    let content = try #require(TradeOff.all(in: RunSummary(of: PageSample.lifelike).cells).first)
    #expect(content.points.count == 12 && content.energySource == "powercap-rapl" && content.unknownErrors == 0)
    #expect(content.points.filter(\.isOnFront).map { $0.cell.cell.precision } == [.int8, .bf16, .fp32])
    #expect(content.points.first?.cell.cell.placement.threads == 8)
    try expectSnapshot(TradeOffChart(content).picture.document, "trade-off-svg")
  }

  /// The emulator's error is that of a contract wherever it runs, and energy that one cell lacks decides nothing.
  @Test func errorsAreFoundByContract() throws {
    let content = try #require(TradeOff.all(in: RunSummary(of: ContractSample.record).cells).first)
    #expect(content.workload == "resnet50" && content.energySource == nil)
    #expect(content.points.map { $0.cell.cell.contract } == ["u8s8-vnni", "vdpbf16ps", "fp32-fma"])
    #expect(content.points.map(\.error)[2] == 0)
    let known = try #require(ContractSample.record.cells.first { $0.cell.contract == "vdpbf16ps" }?.rounds[0].fidelity)
    #expect(content.points[1].error == known.relativeError)
  }

  @Test func whatStrayedAndWhatNobodyComparedIsNotShown() throws {
    var cells = RunSummary(of: SweepSample.full).cells
    // A sweep of INT8 and FP32 of which nobody compared outputs: only FP32 has an error, which is none.
    let content = try #require(TradeOff.all(in: cells).first)
    #expect(content.points.allSatisfy { $0.cell.cell.precision == .fp32 } && content.points.count == 2)
    #expect(content.unknownErrors == cells.count { ($0.throughput?.mean ?? 0) > 0 && !$0.isMisplaced } - 2)
    cells = cells.filter { $0.cell.precision != .fp32 }
    #expect(TradeOff.all(in: cells).isEmpty)
  }

  @Test func everyPointIsDrawn() throws {
    for content in TradeOff.all(in: RunSummary(of: PageSample.large(cells: 150, rounds: 2, queries: 5)).cells) {
      let reader = try SVGReader.read(TradeOffChart(content).picture.document)
      #expect(reader.elements.count { $0.name == "title" } - 1 == content.points.count)
    }
  }
}
