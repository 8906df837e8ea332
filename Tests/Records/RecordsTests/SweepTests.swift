import Testing

@testable import Records

@Suite struct SweepTests {
  static let canary = Sweep.Canary(at: 0, seconds: 0.25, multiplyAdds: 1e9, bytes: 1e10)

  static func visit(_ cell: String, rounds: Int = 1, rung: Int = 0, seconds: Double = 2) -> Sweep.Visit {
    Sweep.Visit(
      cell: cell, firstRound: 0, rounds: rounds, rung: rung, seconds: seconds, loading: 0.5, warming: 0.25,
      measured: 1)
  }

  static func sweep(_ events: [Sweep.Event] = [.canary(canary), .visit(visit("a")), .pause(0.5)]) -> Sweep {
    Sweep(
      goal: "throughput", budgetSeconds: 60, seed: 1, isFullGrid: false, roundSeconds: 1, candidates: 8,
      pruned: [.init(rule: "partialCacheGroup", count: 3)], leftOut: 1, ladder: ["a"], events: events)
  }

  @Test func rungsHaveTheirCellsInOrderAndAllTheirRounds() {
    let sweep = Self.sweep([
      .visit(Self.visit("b", rounds: 2)), .visit(Self.visit("a", rounds: 3)), .canary(Self.canary),
      .visit(Self.visit("b", rounds: 1)), .visit(Self.visit("b", rounds: 5, rung: 2)),
    ])
    #expect(sweep.rungs.map(\.cells) == [["b", "a"], [], ["b"]])
    #expect(sweep.rungs.map(\.rounds) == [6, 0, 5])
    #expect(Self.sweep([]).rungs.isEmpty)
  }

  @Test func timeIsThatOfAllEvents() {
    let time = Self.sweep([
      .canary(Self.canary), .visit(Self.visit("a")), .pause(0.75), .visit(Self.visit("b", seconds: 5)),
    ]).time
    #expect(time.total == 8)
    #expect((time.measured, time.loading, time.warming, time.canaries) == (2, 1, 0.5, 0.25))
    #expect(time.overhead == 0.75)
    #expect(Self.sweep([]).time.overhead == nil)
  }

  @Test func aSweepSurvivesItsFile() throws {
    var record = Examples.record()
    record.sweep = Self.sweep()
    #expect(try Record(json: record.encoded()) == record)
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let reason: String
    let apply: @Sendable (inout Sweep) -> Void
    init(_ reason: String, _ apply: @escaping @Sendable (inout Sweep) -> Void) {
      self.reason = reason
      self.apply = apply
    }
    var testDescription: String { reason }
  }

  @Test(arguments: [
    Change("goal cannot be") { $0.goal = "" },
    Change("goal cannot be") { $0.goal = String(repeating: "x", count: 101) },
    Change("absurd") { $0.budgetSeconds = -1 },
    Change("absurd") { $0.budgetSeconds = 1e300 },
    Change("absurd") { $0.roundSeconds = .nan },
    Change("absurd") { $0.candidates = -1 },
    Change("absurd") { $0.candidates = .max },
    Change("absurd") { $0.leftOut = -1 },
    Change("absurd") { $0.pruned[0].count = -1 },
    Change("not one thing") { $0.events = [Sweep.Event()] },
    Change("not one thing") { $0.events = [Sweep.Event(visit: SweepTests.visit("a"), canary: SweepTests.canary)] },
    Change("a canary cannot be") { $0.events[0].canary?.seconds = -1 },
    Change("a canary cannot be") { $0.events[0].canary?.bytes = .infinity },
    Change("a visit cannot be") { $0.events[1].visit?.rounds = -1 },
    Change("a visit cannot be") { $0.events[1].visit?.rounds = .max },
    Change("a visit cannot be") { $0.events[1].visit?.firstRound = -1 },
    Change("a visit cannot be") { $0.events[1].visit?.rung = 1000 },
    Change("a visit cannot be") { $0.events[1].visit?.measured = .nan },
    Change("a pause cannot be") { $0.events[2].pause = 1e300 },
  ])
  func whatCannotBeIsRefused(change: Change) {
    var record = Examples.record()
    var sweep = Self.sweep()
    change.apply(&sweep)
    record.sweep = sweep
    let error = #expect(throws: RecordError.self) { try record.validate(path: "r") }
    #expect(error?.reason.contains(change.reason) == true, "\(error?.reason ?? "no error")")
  }
}
