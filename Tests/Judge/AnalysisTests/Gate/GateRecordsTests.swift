import HostState
import Records
import Testing

@testable import Analysis

/// Two records that were measured at different times.
@Suite struct GateRecordsTests {
  private typealias Arm = TrialSample.Arm
  private static let limits = GateLimits(rules: [.init(limits: [.latency: .share(0.03), .memory: .off])])

  private static func values(_ centre: Double, scatter: Double = 0.004, phase: Int = 0, count: Int = 20) -> Arm {
    Arm(TrialSample.values(centre, count, scatter: scatter, phase: phase))
  }

  /// What is worse taken alone may be chance among many, and it is said what helps.
  @Test func fewRoundsOfManyCellsSayWhyNothingIsTold() throws {
    func record(_ milliseconds: Double) -> Record {
      TrialSample.record(
        ["a", "b", "c", "d"].map {
          TrialSample.result(Self.values(milliseconds, count: 4), cell: Sample.cell(workload: $0))
        })
    }
    let result = try GateJudge(limits: Self.limits).result(base: record(10), candidate: record(20))
    // The least p-value of four against four is 1/70.
    #expect(result.cases.map(\.verdict) == [.inconclusive, .inconclusive, .inconclusive, .inconclusive])
    #expect(result.cases.allSatisfy { $0.reason?.contains("not for certain among 4 cases") == true })
    let limits = GateLimits(rules: Self.limits.rules + [.init(cells: "[!a]*", limits: [:])])
    #expect(limits.idlePatterns(["a"]) == ["[!a]*"])
    var few = (record(10), record(20))
    few.0.cells.removeLast(2)
    few.1.cells.removeLast(2)
    #expect(try GateJudge(limits: Self.limits).result(base: few.0, candidate: few.1).verdict == .regression)
  }

  /// A failure is one case, whichever side it is on and however many metrics are judged.
  @Test func failuresInRecordsAreCases() throws {
    func record(_ arm: Arm) -> Record { TrialSample.record([TrialSample.result(arm)]) }
    let (whole, failed) = (record(Self.values(10)), record(Arm([], failure: "killed")))
    func judged(_ base: Record, _ candidate: Record) throws -> GateResult {
      var candidate = candidate
      candidate.createdAt = "2026-01-02T00:00:00Z"
      return try GateJudge().result(base: base, candidate: candidate)
    }
    let candidate = try judged(whole, failed)
    #expect(candidate.verdict == .regression && candidate.cases.count == 1)
    #expect(candidate.cases[0].reason == "The candidate failed where the base does not: killed.")
    let both = try judged(failed, failed)
    #expect(both.verdict == .inconclusive && both.cases.map(\.reason) == ["The base failed: killed."])
    #expect(try judged(failed, whole).cases.map(\.verdict) == [.inconclusive])
    let none = try GateJudge(
      limits: GateLimits(rules: [.init(limits: [.latency: .off, .memory: .off, .energy: .off])])
    )
    .result(base: whole, candidate: record(Self.values(11)))
    #expect(none.verdict == .inconclusive && none.cases.isEmpty)
    #expect(none.notes.contains("No limit says anything of \(whole.cells[0].id), so that nothing is said of it."))
  }

  @Test func recordsAreComparedAsTheyAre() throws {
    func record(_ arm: Arm) -> Record { TrialSample.record([TrialSample.result(arm)]) }
    let judge = GateJudge(limits: Self.limits)
    let base = record(Self.values(10))
    #expect(try judge.result(base: base, candidate: record(Self.values(10, phase: 3))).verdict == .pass)
    for (milliseconds, isBetter) in [(9.9, false), (9.0, true)] {
      let fast = try judge.result(base: base, candidate: record(Self.values(milliseconds, phase: 3)))
      #expect(fast.verdict == .pass && fast.cases[0].isImprovement == isBetter)
    }
    let slow = try judge.result(base: base, candidate: record(Self.values(10.6, phase: 3)))
    #expect(slow.verdict == .regression)
    #expect(!slow.odds.isPaired)
    #expect(slow.cases[0].detectable == nil)
    let open = try judge.result(base: base, candidate: record(Self.values(10.3, scatter: 0.05)))
    #expect(open.verdict == .inconclusive && open.cases[0].reason == nil)
    var other = record(Self.values(10))
    other.machine.cpuModel = "Another CPU"
    #expect(throws: GateRefusal.self) { try judge.result(base: base, candidate: other) }
    other = record(Self.values(10))
    other.cells = [TrialSample.result(Self.values(10), cell: Sample.cell(workload: "bert"))]
    #expect { try judge.result(base: base, candidate: other) } throws: { "\($0)".contains("no cell in common") }
  }
}
