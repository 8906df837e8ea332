import Foundation
import NumericFormats
import Records
import Statistics
import Sweeps
import Testing

@testable import Analysis

@Suite struct SweepSummaryTests {
  let slow = SweepSample.cell([100, 101, 102], threads: 1)
  let good = SweepSample.cell([400, 402, 404], threads: 4)
  let equal = SweepSample.cell([402, 399, 405], instances: 2, threads: 2)

  @Test func theBestAndItsTies() throws {
    let summary = try #require(SweepSample.summary([slow, good, equal]))
    #expect(summary.rows.map(\.id) == [slow.id, good.id, equal.id])
    let answer = try #require(summary.answer)
    #expect(answer.goal == .throughput)
    guard case .found(let found) = answer.outcome else {
      Issue.record("\(answer.outcome)")
      return
    }
    #expect(found.best == good.id)
    #expect(found.ties == [equal.id])
    #expect(found.unknown == [])
    #expect(found.places.map(\.id) == [good.id, equal.id, slow.id])
    #expect(found.place(of: good.id)?.p == nil)
    #expect(try #require(found.place(of: equal.id)?.p) > 0.05)
    #expect(try #require(found.place(of: slow.id)).share < 0.26)
    #expect(answer.candidates == 3)
    #expect(summary.row(good.id)?.summary.throughput?.mean == 402)
  }

  @Test func aRecordOfAnotherRunHasNoSweep() {
    #expect(SweepSummary(of: Sample.record([slow]), goal: .throughput) == nil)
  }

  @Test func markedRowsAreListedAndNotRanked() throws {
    let moved = SweepSample.cell([900, 901, 902], threads: 8, moved: true)
    let summary = try #require(SweepSample.summary([slow, good, moved]))
    #expect(summary.marked.map(\.id) == [moved.id])
    #expect(summary.answer?.best == good.id)
    #expect(summary.answer?.candidates == 2)
    let only = try #require(SweepSample.summary([moved]))
    #expect(
      only.answer?.outcome
        == .unavailable(reason: "No configuration ran where it was asked to, so none can be ranked."))
  }

  @Test func oneProcessIsNoEvidence() throws {
    let again = SweepSample.cell([399, 400, 401], threads: 8, processes: [0, 0, 0])
    let summary = try #require(SweepSample.summary([good, again, slow]))
    guard case .found(let found) = try #require(summary.answer).outcome else { return }
    #expect(found.ties == [])
    #expect(found.unknown == [again.id])
  }

  /// Dropped rows have fewer rounds: they do not compete for what the sweep looked for, but for other goals they do.
  @Test func onlyTheLastRungCompetesForTheGoal() throws {
    let dropped = SweepSample.cell([410, 409], threads: 3, milliseconds: 0.1)
    let rungs = [[slow, good, equal, dropped], [good, equal]]
    let summary = try #require(
      SweepSample.summary([slow, good, equal, dropped], sweep: SweepSample.sweep(rungs: rungs)))
    #expect(summary.rows.map(\.rung) == [0, 1, 1, 0])
    #expect(summary.rows.map(\.isFinalist) == [false, true, true, false])
    #expect(summary.answer?.best == good.id)
    #expect(summary.answer?.candidates == 2)
    #expect(summary.answer?.dropped == 2)
    #expect(summary.account.rungs == [4, 2])
    let tail = try #require(summary.answers.first { $0.goal == .leastLatency })
    #expect(tail.best == dropped.id)
    #expect(tail.dropped == 0)
  }

  @Test func aLimitIsKeptByTheBestOfThoseThatKeepIt() throws {
    let late = SweepSample.cell([800, 801, 802], threads: 8, milliseconds: 10)
    let inTime = SweepSample.cell([300, 301, 302], threads: 2, milliseconds: 7)
    let summary = try #require(
      SweepSample.summary([slow, late, inTime], goal: .latency(nanoseconds: 15_000_000)))
    // Slow queries take twice as long: 20 and 14 ms.
    #expect(summary.answer?.best == inTime.id)
    #expect(summary.answers.map(\.goal) == [.latency(nanoseconds: 15_000_000), .throughput, .efficiency])
    #expect(summary.answers[1].best == late.id)
  }

  @Test func aLimitIsKeptExactlyAtIt() throws {
    let row = SweepSample.cell([200, 201], milliseconds: 5)
    #expect(try #require(SweepSample.summary([row], goal: .latency(nanoseconds: 10_000_000))).answer?.best == row.id)
    #expect(try #require(SweepSample.summary([row], goal: .latency(nanoseconds: 9_999_999))).answer?.best == nil)
  }

  @Test func anImpossibleLimitNamesWhatComesNearest() throws {
    let near = SweepSample.cell([200, 201], threads: 4, milliseconds: 9.85)
    let far = SweepSample.cell([400, 401], threads: 8, milliseconds: 30)
    let summary = try #require(SweepSample.summary([far, near], goal: .latency(nanoseconds: 15_000_000)))
    #expect(summary.answer?.outcome == .limitNotMet(.init(id: near.id, nanoseconds: 19_700_000)))
  }

  @Test func efficiencyIsOfMeasuredEnergy() throws {
    // 2, 2 and 2 samples per joule; 4, 4 and 4.
    let hungry = SweepSample.cell([400, 402, 404], threads: 4, joules: [200, 201, 202])
    let frugal = SweepSample.cell([100, 104, 108], joules: [25, 26, 27])
    let summary = try #require(SweepSample.summary([hungry, frugal], goal: .efficiency))
    #expect(summary.row(frugal.id)?.samplesPerJoule == [4, 4, 4])
    #expect(summary.answer?.best == frugal.id)
    let without = try #require(SweepSample.summary([slow], goal: .efficiency))
    #expect(without.answer?.outcome == .unavailable(reason: "No meter here."))
  }

  @Test func offlineHasNoLatencyToLimit() throws {
    let row = SweepSample.cell([100, 101], scenario: .offline)
    let summary = try #require(SweepSample.summary([row], goal: .latency(nanoseconds: 1)))
    #expect(
      summary.answer?.outcome
        == .unavailable(reason: "The configurations have no latency: they were measured under Offline."))
  }

  @Test func nothingMeasuredIsSaid() throws {
    let summary = try #require(SweepSample.summary([SweepSample.cell([])]))
    #expect(
      summary.answers.map(\.outcome)
        == Array(repeating: .unavailable(reason: "No configuration was measured."), count: 3))
  }

  @Test func overheadIsTimeOutsideOfWindows() throws {
    let sweep = SweepSample.sweep(canaries: [(1, 1), (1, 1)], time: (98, 84, 10, 4))
    let account = try #require(SweepSample.summary([slow], sweep: sweep)).account
    #expect(account.seconds == 100)
    #expect(abs(try #require(account.overhead) - 0.16) < 1e-12)
    #expect([account.loading, account.warming, account.canaries] == [0.1, 0.04, 0.02])
    #expect(try #require(SweepSample.summary([slow])).account.overhead == nil)
  }

  @Test func theGoalIsTheRecords() throws {
    var record = Sample.record([slow, good])
    #expect(try SweepSummary(of: record) == nil)
    record.sweep = SweepSample.sweep(goal: "latency<=15ms")
    #expect(try SweepSummary(of: record) == SweepSummary(of: record, goal: .latency(nanoseconds: 15_000_000)))
    for (text, goal) in [("throughput", RankingGoal.throughput), ("efficiency", .efficiency)] {
      record.sweep = SweepSample.sweep(goal: text)
      #expect(try #require(try SweepSummary(of: record)).answer?.goal == goal)
    }
    record.sweep = SweepSample.sweep(goal: "speed")
    #expect(throws: SweepError.self) { try SweepSummary(of: record) }
  }

  @Test func canariesThatMoveAreSeen() throws {
    func drift(_ values: [(Double, Double)]) throws -> CanaryDrift? {
      try #require(SweepSample.summary([slow], sweep: SweepSample.sweep(canaries: values))).canaries
    }
    let steady = try #require(try drift([(100, 50), (101, 50), (100, 50), (101, 50), (100, 50), (101, 50)]))
    #expect(steady.count == 6)
    #expect(steady.arithmetic.mean == 100.5)
    #expect(abs(steady.arithmetic.range - (100.0 / 101 - 1)) < 1e-12)
    #expect(!steady.arithmetic.hasMoved)
    #expect(steady.memory.deviation == 0)
    let falling = try #require(try drift([(100, 50), (100, 50), (98, 50), (97, 50), (96, 50), (96, 50)]))
    #expect(abs(falling.arithmetic.trend + 0.04) < 1e-12)
    #expect(falling.arithmetic.hasMoved)
    #expect(!falling.memory.hasMoved)
    let shaken = try #require(try drift([(100, 50), (100, 60), (100, 40), (100, 50)]))
    #expect(shaken.memory.hasMoved)
    #expect(try drift([(100, 50)]) == nil)
    #expect(try drift([(0, 0), (0, 0)]) == nil)
  }

  @Test func heatMapsHaveTheBestOfEachPlace() throws {
    let cells = [
      SweepSample.cell([100], threads: 1), SweepSample.cell([180], threads: 2),
      SweepSample.cell([170], threads: 2, words: "scatter"),
      SweepSample.cell([190], threads: 2, words: "cores", moved: true),
      SweepSample.cell([200], instances: 2, threads: 1),
      SweepSample.cell([400], instances: 2, threads: 2), SweepSample.cell([900], instances: 2, threads: 4, moved: true),
      SweepSample.cell([800], threads: 2, precision: .int8), SweepSample.cell([50], threads: 2, workload: "minilm-l6"),
    ]
    let maps = try #require(SweepSample.summary(cells)).heatMaps
    #expect(maps.map(\.precision) == [.fp32, .int8, .fp32])
    #expect(maps.map(\.workload) == ["resnet50", "resnet50", "minilm-l6"])
    let map = try #require(maps.first)
    #expect(map.instances == [1, 2])
    #expect(map.threads == [1, 2, 4])
    #expect(map.values.map { $0.map { $0?.throughput } } == [[100, 180, nil], [200, 400, 900]])
    // Of the highest of the workload that is not marked, at any precision.
    #expect(map.values[1].map { $0?.share } == [0.25, 0.5, 1.125])
    #expect(map.values[1].map { $0?.isMarked } == [false, false, true])
    #expect(map.values[0][1]?.id == cells[1].id)
    #expect(maps[2].values[0][0]?.share == 1)
  }

  @Test func theLadderIsTheCurve() throws {
    let middle = SweepSample.cell([200, 201, 202], threads: 2)
    let summary = try #require(
      SweepSample.summary([slow, good, equal, middle], sweep: SweepSample.sweep(ladder: [slow, middle, good])))
    #expect(summary.scaling.map { $0.points.map(\.threads) } == [[1, 2, 4]])
  }

  @Test func sameAfterJSON() throws {
    for goal in [
      RankingGoal.throughput, .efficiency, .leastLatency, .latency(nanoseconds: 1), .latency(nanoseconds: 5_000_000),
    ] {
      let summary = try #require(
        SweepSample.summary(
          [slow, good, equal], goal: goal, sweep: SweepSample.sweep(ladder: [slow], rungs: [[slow, good]])))
      let data = try JSONEncoder().encode(summary)
      #expect(try JSONDecoder().decode(SweepSummary.self, from: data) == summary)
      #expect(!String(decoding: data, as: UTF8.self).contains("\"_0\""))
    }
  }
}
