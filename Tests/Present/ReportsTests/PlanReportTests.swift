import Records
import Testing

@testable import Reports

@Suite struct PlanReportTests {
  static let rows = Sample.busy.cells.enumerated().map { index, result in
    PlanReport.Row(cell: result.cell, rounds: result.plannedRounds, seconds: index == 2 ? nil : Double(index) * 11 + 5)
  }

  @Test(arguments: [80, 110])
  func cells(width: Int) throws {
    let report = PlanReport(
      suite: "quick", rows: Self.rows, totalSeconds: 171,
      basis:
        "Estimates assume a machine of a kind that this sentence describes at some length, so that it has to be wrapped.",
      style: ReportStyle(width: width))
    try expectSnapshot(report.text, "plan-\(width)")
  }

  @Test func unknownTimeIsNotZero() {
    let text = PlanReport(suite: "quick", rows: [], totalSeconds: nil).text
    #expect(text.hasSuffix("Suite quick: 0 cells, time unknown. Nothing was run.\n"))
  }
}
