import Testing

@testable import LoadGen
@testable import Reports

@Suite struct PeakReportTests {
  /// A search on a system whose peak is 640 queries a second.
  private static func searched(_ change: (inout PeakPlan) -> Void = { _ in }, peak: Double = 640) throws -> PeakSearch {
    var plan = PeakPlan(start: 1000, highest: 10_000, bound: 15_000_000, fullSeconds: 60, budget: 900)
    change(&plan)
    var search = try PeakSearch(plan)
    while case .run(let step) = search.next {
      let isValid = step.rate <= peak
      let queries = Int(step.rate * step.seconds)
      let end: PeakRun.End = step.isConfirming ? .ended(isValid: isValid) : .decided(isValid ? .valid : .invalid)
      search.record(
        PeakRun(
          step: step, tick: PeakTick(queries: queries, over: isValid ? queries / 200 : queries / 50), end: end,
          latency: isValid ? 12_345_678 : 40_000_000, seconds: step.seconds))
    }
    return search
  }

  private func text(_ search: PeakSearch, width: Int = 100) throws -> String {
    guard case .done(let answer) = search.next else {
      Issue.record("the search goes on")
      return ""
    }
    return PeakReport(answer, runs: search.runs, plan: search.plan, style: ReportStyle(width: width)).text
  }

  @Test func narrow() throws {
    try expectSnapshot(try text(try Self.searched()), "peak")
    try expectSnapshot(try text(try Self.searched(), width: 50), "peak-50")
  }

  @Test("Each end has a sentence of its own")
  func ends() throws {
    let nothing = try text(try Self.searched(peak: 1))
    #expect(nothing.contains("Peak: no rate passed a full run (p99 within 15 ms)."))
    #expect(nothing.contains("does not keep the bound"))
    let limit = try text(try Self.searched({ $0.highest = 500 }))
    #expect(limit.contains("Peak: 500.0 queries a second are valid (p99 within 15 ms)."))
    #expect(limit.contains("faster than the limit"))
    #expect(try text(try Self.searched({ $0.budget = 100 })).contains("The time was over"))
  }

  @Test func overturned() {
    let answer = PeakAnswer(
      valid: 600, invalid: 620, end: .runs, overturned: [550, 580], runs: 40, fullRuns: 3, seconds: 900)
    let plan = PeakPlan(start: 1000, highest: 10_000, bound: 15_000_000, fullSeconds: 60, budget: 900)
    let text = PeakReport(answer, runs: [], plan: plan).text
    #expect(text.contains("Full runs overturned what other runs had shown of these rates: 550.0, 580.0."))
    #expect(text.contains("not steady enough"))
    #expect(text.contains("620.0 is not (3.3 % more)"))
  }

  @Test func progress() throws {
    let plan = PeakPlan(start: 1000, highest: 10_000, bound: 15_000_000, fullSeconds: 60, budget: 900)
    let step = PeakStep(
      rate: 640, isConfirming: true, seconds: 60, minQueries: 1,
      monitor: PeakMonitor(plan, rate: 640, patience: nil))
    let line = PeakProgress(step, number: 4, interval: (600, 700), elapsed: 61, budget: 900)
    #expect(
      line.plain
        == "run 4, full run of at most 1:00 at 640.0 queries/s, 1:01 of 15:00; so far valid up to 600.0, invalid from 700.0"
    )
    #expect(line.live(width: 20).count == 19)
    #expect(
      PeakProgress(step, number: 1, interval: (nil, nil), elapsed: 0, budget: 900).plain.hasSuffix("0:00 of 15:00"))
  }
}
