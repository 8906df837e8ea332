import Foundation
import Records
import Synchronization
import Testing

@testable import Trials

@Suite struct TrialRunnerTests {
  @Test func everyRoundMeasuresEveryArmInADrawnOrder() async throws {
    let sample = try TrialSample()
    let runner = TrialRunner(
      base: try sample.program("base"),
      candidate: try sample.program("candidate", record: TrialSample.record(milliseconds: 11)))
    let trial = try await runner.run(TrialSample.trial(looks: [2, 6]))
    #expect(trial.end == .rounds)
    #expect(trial.problem == nil)
    #expect(trial.kept.map(\.index) == [0, 1, 2, 3, 4, 5])
    #expect(Set(trial.rounds.map(\.order)).count > 1)
    // What ran is what the trial says.
    let names = trial.rounds.flatMap { $0.order.map { $0 == .candidate ? "candidate" : "base" } }
    #expect(sample.calls() == names)
    for (arm, nanoseconds) in [(TrialArm.base, 10_000_000), (.null, 10_000_000), (.candidate, 11_000_000)] {
      let rounds = try #require(trial.arms[arm]).record.cells[0].rounds
      #expect(rounds.map(\.index) == [0, 1, 2, 3, 4, 5])
      #expect(rounds.allSatisfy { $0.performance?.latencies == [Int64(nanoseconds)] })
    }
    let paddings = trial.rounds.flatMap(\.padding.values)
    #expect(Set(paddings).count > 6 && paddings.allSatisfy { (0...TrialRunner.longestPadding).contains($0) })
  }

  @Test func theSameSeedDrawsTheSameOrders() async throws {
    let sample = try TrialSample()
    let runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    let first = try await runner.run(TrialSample.trial(looks: [3]))
    let second = try await runner.run(TrialSample.trial(looks: [3]))
    let third = try await runner.run(TrialSample.trial(looks: [3], seed: 8))
    #expect(first.rounds.map(\.order) == second.rounds.map(\.order))
    #expect(first.rounds.map(\.padding) == second.rounds.map(\.padding))
    #expect(first.rounds.map(\.padding) != third.rounds.map(\.padding))
  }

  @Test func itEndsAtTheLookThatDecides() async throws {
    let sample = try TrialSample()
    var runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    runner.isDecided = { trial, look in look == 1 && trial.kept.count == 3 }
    let trial = try await runner.run(TrialSample.trial(looks: [2, 3, 5]))
    #expect(trial.end == .decided)
    #expect(trial.kept.count == 3)
  }

  @Test func itEndsWhereMoreRoundsTellNothing() async throws {
    let sample = try TrialSample()
    var runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    runner.isSettled = { $0.kept.count >= 3 }
    let trial = try await runner.run(TrialSample.trial(looks: [5, 6]))
    #expect(trial.kept.count == 3 && trial.end == .decided)
  }

  @Test func disturbedRoundsAreKeptApartAndRepeated() async throws {
    let sample = try TrialSample()
    var runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    runner.disturbances = { _, _, trial in trial.rounds.count == 1 ? ["steal"] : [] }
    let trial = try await runner.run(TrialSample.trial(looks: [3]))
    #expect(trial.rounds.map(\.index) == [0, nil, 1, 2])
    #expect(trial.rounds[1].disturbances == ["steal"])
    #expect(trial.rounds[1].discarded.map(\.arm) == trial.rounds[1].order)
    #expect(trial.rounds[1].discarded.allSatisfy { $0.round.performance != nil })
    #expect(trial.arms[.candidate]?.record.cells[0].rounds.count == 3)
    #expect(trial.problem == nil)
  }

  @Test func tooManyDisturbedRoundsEndIt() async throws {
    let sample = try TrialSample()
    var runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    runner.disturbances = { _, _, _ in ["steal"] }
    let trial = try await runner.run(TrialSample.trial(looks: [3], discards: 2))
    #expect(trial.end == .disturbed)
    #expect(trial.rounds.count == 3)
    #expect(trial.problem == nil)
  }

  @Test func theBudgetEndsItAfterAWholeRound() async throws {
    let sample = try TrialSample()
    let runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    let trial = try await runner.run(TrialSample.trial(looks: [1000], budget: 0.001))
    #expect(trial.end == .budget)
    #expect(trial.kept.count == 1)
  }

  @Test func aFailedCellIsKeptAsAFailure() async throws {
    let sample = try TrialSample()
    var record = TrialSample.record()
    record.cells[0].rounds = []
    record.cells[0].failure = .init(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: [])
    let runner = TrialRunner(
      base: try sample.program("base"), candidate: try sample.program("candidate", record: record, exitCode: 1))
    let trial = try await runner.run(TrialSample.trial(looks: [2]))
    #expect(trial.arms[.candidate]?.record.cells[0].failure?.reason == "killed by signal 11 (SIGSEGV)")
    #expect(trial.arms[.base]?.record.cells[0].rounds.count == 2)
  }

  /// Noise has no part in a crash, so a disturbed round does not hide one.
  @Test func aFailureInADisturbedRoundIsKept() async throws {
    let sample = try TrialSample()
    var record = TrialSample.record()
    record.cells[0].rounds = []
    record.cells[0].failure = .init(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: [])
    try RecordFile(path: sample.path("crash.json")).write(record)
    // The second call crashes, in the round that is discarded.
    let mark = sample.path("called")
    var runner = TrialRunner(
      base: try sample.program("base"),
      candidate: try sample.program(
        "candidate",
        before:
          "echo x >> '\(mark)'; [ $(wc -l < '\(mark)') = 2 ] && cp '\(sample.path("crash.json"))' \"$out\" && exit 1"))
    runner.disturbances = { _, _, trial in trial.rounds.count == 1 ? ["steal"] : [] }
    let trial = try await runner.run(TrialSample.trial(looks: [2]))
    #expect(trial.rounds.map(\.index) == [0, nil, 1])
    #expect(trial.arms[.candidate]?.record.cells[0].failure?.reason == "killed by signal 11 (SIGSEGV)")
    #expect(trial.arms[.base]?.record.cells[0].failure == nil)
    #expect(trial.problem == nil)
  }

  /// What was measured is all that there is to be: nobody is told to go on with an arm.
  @Test func recordsOfArmsAreCompleteAtTheEnd() async throws {
    let sample = try TrialSample()
    var runner = TrialRunner(base: try sample.program("base"), candidate: try sample.program("candidate"))
    runner.isDecided = { _, look in look == 0 }
    let trial = try await runner.run(TrialSample.trial(looks: [2, 9]))
    #expect(trial.kept.count == 2 && trial.problem == nil)
    for arm in TrialArm.allCases {
      let record = try #require(trial.arms[arm]?.record)
      #expect(record.status == .complete && record.spec.rounds == 2 && record.cells.map(\.plannedRounds) == [2])
    }
  }

  @Test func armsThatCannotBeMeasuredSayWhy() async throws {
    let sample = try TrialSample()
    let base = try sample.program("base")
    func sentence(_ candidate: ArmCommand) async -> String {
      do {
        _ = try await TrialRunner(base: base, candidate: candidate, timeout: 20).run(TrialSample.trial())
        return "no error"
      } catch { return "\(error)" }
    }
    let refusal = await sentence(
      try sample.program("refuses", record: nil, before: "echo no such option", exitCode: 64))
    #expect(
      refusal.hasPrefix("The candidate ended with exit code 64: ") && refusal.hasSuffix("It said: no such option"))
    #expect(await sentence(try sample.program("silent", record: nil)).contains("left no record that can be read"))
    #expect(await sentence(try sample.program("killed", before: "kill -9 $$")).contains("was killed by signal 9"))
    let missing = await sentence(ArmCommand(line: [sample.path("missing")]))
    #expect(missing.hasPrefix("The candidate cannot be started: \(sample.path("missing"))"))
  }

  @Test func anArmThatHangsIsStopped() async throws {
    let sample = try TrialSample()
    let runner = TrialRunner(
      base: try sample.program("base"), candidate: try sample.program("hangs", before: "exec sleep 1000"), timeout: 1)
    await #expect { try await runner.run(TrialSample.trial()) } throws: {
      "\($0)".hasPrefix("The candidate took more than 1 s and was stopped")
    }
  }

  @Test func theBudgetBoundsAnArmThatHangs() async throws {
    let sample = try TrialSample()
    // What a script starts is stopped with it.
    let mark = "7\(Int.random(in: 100_000...999_999))"
    var runner = TrialRunner(
      base: try sample.program("base"), candidate: try sample.program("hangs", before: "sleep \(mark); true"))
    runner.grace = 1
    await #expect { try await runner.run(TrialSample.trial(budget: 1)) } throws: {
      "\($0)".contains(#/^The candidate took more than [12] s and was stopped/#)
    }
    #expect(!Self.isRunning("sleep", mark))
  }

  /// Whether there is a process of these words.
  private static func isRunning(_ words: String...) -> Bool {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.contains { process in
      let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } == words
    }
  }

  @Test func cellsMustStayTheSame() async throws {
    let sample = try TrialSample()
    let other = sample.path("other.json")
    try RecordFile(path: other).write(TrialSample.record(workload: "bert"))
    let candidate = try sample.program(
      "candidate",
      before: "[ -e '\(sample.path("once"))' ] && { cp '\(other)' \"$out\"; exit 0; }; touch '\(sample.path("once"))'")
    let saved = Mutex<Trial?>(nil)
    var saving = TrialRunner(base: try sample.program("base"), candidate: candidate)
    saving.save = { trial in saved.withLock { $0 = trial } }
    let runner = saving
    await #expect { try await runner.run(TrialSample.trial()) } throws: {
      "\($0)".contains("measures other cells than in the rounds before")
    }
    // What was measured before is kept.
    #expect(saved.withLock { $0?.end } == .failed)
    #expect(saved.withLock { $0?.kept.count } == 1)
  }

  @Test func cancellingStopsTheArmAndKeepsTheRounds() async throws {
    let sample = try TrialSample()
    let candidate = try sample.program(
      "candidate", before: "[ -e '\(sample.path("once"))' ] && exec sleep 1000; touch '\(sample.path("once"))'")
    let runner = TrialRunner(base: try sample.program("base"), candidate: candidate)
    let task = Task { try await runner.run(TrialSample.trial()) }
    while sample.calls().filter({ $0 == "candidate" }).count < 2 { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    let trial = try await task.value
    #expect(trial.end == .interrupted)
    #expect(trial.kept.count == 1)
  }
}
