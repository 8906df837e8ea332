import Records
import Testing

@testable import Reports

@Suite struct ServedFidelityReportTests {
  private static func fidelity(decisions: Int, top1: Double?, top5: Double? = nil, sqnr: Double? = 23.46) -> Fidelity {
    Fidelity(
      samples: 1024, sqnrDecibels: sqnr, cosine: 0.99871234, leastCosine: 0.981, largestError: 0.25,
      largestReference: 12.5, top1Agreement: top1, top5Agreement: top5, decisions: decisions, task: nil)
  }

  @Test func classes() {
    let report = ServedFidelityReport(Self.fidelity(decisions: 1024, top1: 1012 / 1024, top5: 1020 / 1024))
    #expect(report.score == "top-1 agreement with FP32=98.828%, good=1012, total=1024")
    #expect(
      report.text == """
        Against FP32, 1,024 samples
          top-1      98.83 % of 1,024 decisions agree
          top-5      99.61 % have FP32's among their first five
          SQNR       23.5 dB
          cosine     0.998712, least 0.981000
          max error  0.2500 (2.00 % of the largest output)

        """)
  }

  @Test func fewDecisionsAreMarked() {
    let report = ServedFidelityReport(Self.fidelity(decisions: 12, top1: 1))
    #expect(report.text.contains("top-1      100.00 %? of 12 decisions agree"))
    #expect(report.text.contains("fewer than 30 decisions (top-1)"))
  }

  @Test func outputsThatDecideNothing() {
    let report = ServedFidelityReport(Self.fidelity(decisions: 0, top1: nil, sqnr: nil))
    #expect(report.score == "mean cosine with FP32=0.998712, total=1024")
    #expect(!report.text.contains("top-"))
    #expect(report.text.contains("none: the responses are identical"))
  }
}
