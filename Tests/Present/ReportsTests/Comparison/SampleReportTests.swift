import Analysis
import Testing

@testable import Reports

/// Two columns of numbers.
@Suite struct SampleReportTests {
  private func text(
    _ base: [Double], _ candidate: [Double], paired: Bool = false, difference: Bool = false,
    better: Metric.Direction? = nil
  ) throws -> String {
    let comparison = try SampleComparison(
      base: base, candidate: candidate, isPaired: paired, asDifference: difference, better: better)
    let text = SampleReport(
      comparison, base: "base.txt", candidate: "candidate.txt", style: ReportStyle(width: 80)
    ).text
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 })
    return text
  }

  @Test func everyKind() throws {
    let x = [12.1, 11.8, 12.6, 13.0, 12.4, 11.9, 12.2]
    let y = [12.9, 13.4, 12.8, 13.6, 13.1, 12.7, 13.2]
    let texts = [
      try text(x, y), try text(x, y, better: .lower), try text(x, y, paired: true, difference: true, better: .higher),
      try text(x, x), try text([1, 2, 3], [2, 3, 4]), try text([0, 0, 0, 0], [0, 0, 0, 0]),
      try text([1e-9, 2e-9, 3e-9, 4e-9], [5e12, 6e12, 7e12, 8e12]),
    ]
    try expectSnapshot(texts.joined(separator: "\n---\n"), "samples-80")
  }
}
