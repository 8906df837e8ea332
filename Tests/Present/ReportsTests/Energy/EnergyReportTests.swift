import Analysis
import Energy
import Records
import Testing

@testable import Reports

@Suite struct EnergyReportTests {
  private func report(_ record: Record = EnergySample.record, _ costs: CostInputs? = nil, width: Int = 120) -> RunReport
  {
    RunReport(
      record: record, summary: RunSummary(of: record, costs: costs), path: "run.json", style: ReportStyle(width: width))
  }

  @Test("What users see", arguments: [80, 120])
  func snapshots(width: Int) throws {
    let report = report(width: width)
    try expectSnapshot(
      (report.performanceSection + [""] + report.energySection).joined(separator: "\n"), "energy-\(width)")
  }

  /// Without a grid intensity there is no carbon, and the reason says so.
  @Test("What users see of costs", arguments: [80, 120])
  func costSnapshots(width: Int) throws {
    try expectSnapshot(
      report(EnergySample.record, EnergySample.costs, width: width).costSection.joined(separator: "\n"),
      "costs-\(width)")
  }

  @Test("Lines stay within the width", arguments: [70, 80, 100, 120, 160])
  func width(columns: Int) {
    let report = report(EnergySample.record, EnergySample.costs, width: columns)
    let lines = report.energySection + report.costSection + report.performanceSection
    #expect(lines.filter { $0.displayWidth > columns } == [])
  }

  @Test func nothingIsSaidTwice() {
    let text = report(EnergySample.record, EnergySample.costs).text.split(whereSeparator: \.isWhitespace).joined(
      separator: " ")
    for words in ["measured by powercap-rapl", "what the meter leaves open, the same", "ccf-aws, not measured"] {
      #expect(text.ranges(of: words).count == 1, "\(words)")
    }
  }

  @Test func whereNoCellHasEnergyThereIsNoSection() {
    #expect(report(Sample.quiet).energySection == [])
    #expect(report(Sample.quiet).costSection == [])
    #expect(report(Sample.quiet).text.contains("unavailable  No powercap energy counter"))
  }

  /// 21.5 W of the idle machine for 6 s, of 255 J for 120 samples.
  @Test func netAndItsUncertaintyAreBesideEachOther() throws {
    let rows = report(width: 160).energySection
    let row = try #require(rows.first { $0.contains(" 2.125 ") })
    // 255 - 21.5 * 6 = 126 J; 2.55 + 6 * (0.5 + 0.22) = 6.87 J.
    #expect(row.contains("1.050 ±0.05725"), "\(row)")
    #expect(row.contains(" 42.50 "), "\(row)")
    // The standard deviation is 1 J, so half of the interval is 4.303 / √3 of 85 J.
    #expect(row.contains(" 2.9 "), "\(row)")
    #expect(rows.joined(separator: " ").contains("21.50 ±0.7200 W by powercap-rapl"))
  }

  @Test func modelledFiguresAreMarkedInEveryColumn() throws {
    let row = try #require(report(width: 160).energySection.first { $0.contains("Offline") })
    let figures = row.split(separator: " ").drop { $0 != "Offline" }.dropFirst().filter { $0 != "-" }
    // Watts, mJ, J and samples for a joule.
    #expect(figures.filter { $0.hasPrefix("~") }.count == 4)
    #expect(figures.filter { !$0.hasPrefix("~") } == ["-50/+50"], "\(figures)")
  }

  @Test func tokensHaveAColumnWhereThereAreSome() {
    #expect(report(width: 160).energySection.contains { $0.contains("mJ/token") })
    var record = EnergySample.record
    record.cells.removeAll { $0.cell.workload == "bert-base-384" }
    #expect(!report(record, width: 160).energySection.contains { $0.contains("mJ/token") })
  }

  @Test func instancesTellRowsApart() {
    var record = EnergySample.record
    let cell = record.cells[0].cell
    let placed = Cell(
      workload: cell.workload, precision: cell.precision, execution: cell.execution, contract: cell.contract,
      engine: cell.engine, placement: Placement(instances: [[0], [1]]), batch: 1, measurement: cell.measurement)
    record.cells.append(
      EnergySample.result(placed, milliseconds: 44, count: 40, [84, 85].map { EnergySample.reading($0) }))
    #expect(report(record).energySection.contains { $0.contains("instances") })
  }

  @Test func unknownPricesAreUnavailableAndSaidOnce() {
    let lines = report(EnergySample.record, EnergySample.costs).costSection
    let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(text.ranges(of: "grid-intensity is missing.").count == 1)
    #expect(text.contains("EUR/1 M samples"))
    #expect(text.contains("made of energy (powercap-rapl), electricity-price, pue."))
    #expect(text.contains("made of modelled energy (ccf-aws), electricity-price, pue."))
    #expect(text.contains("unavailable: There is no energy: /sys/class/powercap"))
    #expect(!text.contains(" 0 "))
  }
}
