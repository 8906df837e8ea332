import Foundation
import Records
import Statistics
import Testing

@testable import Analysis
@testable import Reports

/// What a gate says: table, Markdown and JUnit out of one outcome.
@Suite struct GateReportTests {
  private static func item(
    _ cell: String, metric: Metric = .latency, _ verdict: Verdict, worse: Double = 0.001, limit: Double = 0.03
  ) -> GateCase {
    var entry = GateCase(cell: cell, metric: metric, verdict: verdict, reason: nil)
    (entry.base, entry.candidate) = (0.01, 0.01 * (1 + worse))
    entry.worseBy = worse
    entry.interval = Interval(lower: worse - 0.01, upper: worse + 0.01, confidence: 0.95, count: 12)
    (entry.limit, entry.isLimitAutomatic) = (limit, true)
    entry.detectable = 0.021
    return entry
  }

  private static func result(
    _ verdict: Verdict, _ cases: [GateCase], rounds: Int? = 12, isPaired: Bool = true, notes: [String] = []
  ) -> GateResult {
    let effort = rounds.map {
      GateResult.Effort(
        rounds: $0, plannedRounds: 20, discarded: 3, discardLimit: 10, seconds: 95, end: .decided,
        disturbances: ["steal in 2", "canary in 1"], canaryRange: .init(arithmetic: 0.012, memory: 0.034))
    }
    return GateResult(
      verdict: verdict, reason: "1 of 3 cases is worse than the limit allows.", cases: cases, notes: notes,
      odds: GateOdds(
        falseAlarms: 0.05, looks: isPaired ? [10, 15, 20] : [], nullAlarms: 1, family: cases.count, isPaired: isPaired),
      effort: effort)
  }

  private static let cases = [
    item("resnet50/int8/native/t2/b1/SingleStream", .regression, worse: 0.052),
    item("resnet50/fp32/native/t2/b1/SingleStream", .pass),
    item("bert-base-384/fp32/native/t2/b1/SingleStream", .inconclusive, worse: 0.028),
  ]

  @Test(arguments: [80, 120]) func tablesFit(_ width: Int) throws {
    let report = GateReport(
      Self.result(.regression, Self.cases, notes: ["The candidate alone warns: it is slow."]),
      title: "Gate: base old/assay against candidate new/assay", path: "gate.json", style: ReportStyle(width: width))
    #expect(report.text.split(separator: "\n").allSatisfy { $0.count <= width })
    try expectSnapshot(report.text, "gate-\(width)")
  }

  /// Cells are told apart, whatever the width: what all have in common stands once above.
  @Test func cellsAreToldApart() {
    let text = GateReport(Self.result(.pass, Self.cases), title: "t", path: nil, style: ReportStyle(width: 80)).text
    #expect(text.contains("All cells are native/t2/b1/SingleStream."))
    for name in ["resnet50/int8", "resnet50/fp32", "bert-base-384/fp32"] { #expect(text.contains("\n\(name)\n")) }
    let wide = GateReport(Self.result(.pass, Self.cases), title: "t", path: nil, style: ReportStyle(width: 120)).text
    for name in ["resnet50/int8", "resnet50/fp32", "bert-base-384/fp32"] { #expect(wide.contains("\n\(name) ")) }
  }

  /// Metrics of one cell stand together below its whole name, however long.
  @Test func aNarrowTableCutsNoName() throws {
    let ids = ["t1", "t2"].map { "resnet-small/int8/native/\($0)/b1/SingleStream" } + ["resnet-small/fp32/fidelity"]
    let cases = (ids + ids).map { Self.item($0, .pass) }
    let text = GateReport(Self.result(.pass, cases), title: "t", path: nil, style: ReportStyle(width: 80)).text
    let lines = text.split(separator: "\n")
    for id in ids {
      let place = try #require(lines.firstIndex(of: Substring(id)))
      #expect(lines[place + 1].hasPrefix("  p50 latency") && lines[place + 2].hasPrefix("  p50 latency"))
    }
  }

  @Test func recordsAreNotSaidToKnowTheirNoise() {
    let text = GateReport(Self.result(.pass, Self.cases, rounds: nil, isPaired: false), title: "t", path: nil).text
    #expect(!text.contains("of the base against itself") && text.contains("records know no noise"))
    #expect(!text.contains(" looks"))
  }

  @Test func nothingJudgedIsNotCalledQuiet() {
    let text = GateReport(Self.result(.unfit, [], rounds: 0), title: "t", path: nil).text
    #expect(text.contains("Nothing was judged, so that nothing is known of the noise here."))
    #expect(!text.contains("equal figures"))
  }

  @Test func aPullRequestCommentStaysShort() throws {
    try expectSnapshot(
      GateMarkdown(Self.result(.regression, Self.cases), title: "base | candidate").text, "gate-markdown")
    var cases = (0..<3000).map {
      Self.item("w\($0)/fp32/native/t2/b1/SingleStream", $0 % 2 == 0 ? .pass : .regression)
    }
    for index in cases.indices { cases[index].reason = "A reason of some length, which is said of every one of them." }
    let text = GateMarkdown(Self.result(.regression, cases), title: "t").text
    #expect(text.utf16.count < 65_536)
    #expect(text.contains("1420 more rows") && text.contains("2960 more: `assay gate --json` has all."))
  }

  @Test func improvementsThatFailAreAnnotated() {
    let text = GateAnnotations(Self.result(.regression, [Self.cases[1]])).text
    #expect(text.hasPrefix("::error title=Assay%3A the gate failed::") && text.split(separator: "\n").count == 1)
    #expect(!GateAnnotations(Self.result(.regression, Self.cases)).text.contains("the gate failed"))
    #expect(GateAnnotations(Self.result(.pass, [Self.cases[1]])).text.isEmpty)
  }

  @Test func theCommandToJudgeAgainHasTheSameLimits() {
    func text(_ rounds: Int) -> String {
      GateReport(Self.result(.inconclusive, Self.cases, rounds: rounds), title: "t", path: "t.json", limits: "l.yaml")
        .text
    }
    #expect(text(20).contains("assay gate --from t.json --limits l.yaml"))
    #expect(!text(0).contains("--from"))
  }

  /// Readers of JUnit see failures, errors and skipped cases only: each verdict but a pass is one of them.
  @Test func verdictsReachReadersOfJUnit() {
    func text(_ verdict: Verdict, _ cases: [GateCase], failsInconclusive: Bool = true) -> String {
      GateJUnit(Self.result(verdict, cases), title: "t", failsInconclusive: failsInconclusive).text
    }
    #expect(text(.regression, Self.cases).contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""))
    #expect(text(.unfit, []).contains("tests=\"1\" failures=\"0\" errors=\"1\""))
    // Where the gate fails, some case does: also where all that may fail is what is open, or better.
    #expect(text(.inconclusive, []).contains("tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""))
    let open = text(.inconclusive, [], failsInconclusive: false)
    #expect(open.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""))
    #expect(text(.regression, [Self.cases[1]]).contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""))
    #expect(text(.pass, [Self.cases[1]]).contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""))
  }
}
