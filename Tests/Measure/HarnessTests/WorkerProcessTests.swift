import Records
import Testing

@testable import Harness

/// Real processes: a shell stands in for the worker.
@Suite struct WorkerProcessTests {
  private func run(
    _ script: String, silence: Double = 20, environment: [String: String?] = [:]
  ) async throws -> (outcome: WorkerProcess.Outcome, events: [WorkerEvent]) {
    let collector = Collector<WorkerEvent>()
    let process = WorkerProcess(
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script]), environment: environment,
      silenceLimit: silence)
    let outcome = await process.run(.probe(requestedCore: nil)) { collector.add($0) }
    return (outcome, collector.values)
  }

  private func failure(_ script: String, silence: Double = 20) async throws -> (reason: String, lines: [String]) {
    let outcome = try await run(script, silence: silence).outcome
    guard case .failure(let reason) = outcome.answer else {
      Issue.record("there was an answer: \(outcome.answer)")
      return ("", [])
    }
    return (reason, outcome.lastErrorLines)
  }

  private let started = #"echo '{"started":{"pid":1}}'"#

  @Test func aResultArrivesWithTheEventsBefore() async throws {
    let result = try Examples.line(.result(Examples.round(2)))
    let (outcome, events) = try await run("\(started); cat > /dev/null; echo '\(result)'")
    guard case .result(let round) = outcome.answer else {
      Issue.record("\(outcome.answer)")
      return
    }
    #expect(round == Examples.round(2))
    #expect(events == [.started(pid: 1), .result(Examples.round(2))])
  }

  @Test func theRequestIsOneLineOnStandardInput() async throws {
    let (reason, lines) = try await failure("cat >&2; exit 3")
    #expect(lines == [#"{"probe":{}}"#])
    #expect(reason == "the worker ended with exit code 3 and no result (phase: start)")
  }

  @Test(arguments: [
    (11, "killed by signal 11 (SIGSEGV)"), (9, "killed by signal 9 (SIGKILL, perhaps for lack of memory)"),
    (4, "killed by signal 4 (SIGILL: an instruction that this CPU does not have)"), (6, "killed by signal 6 (SIGABRT)"),
  ])
  func deathBySignalIsNamed(signal: Int, expected: String) async throws {
    let (reason, lines) = try await failure("\(started); echo last words >&2; kill -\(signal) $$")
    #expect(reason == expected)
    #expect(lines == ["last words"])
  }

  @Test func aHungWorkerIsKilled() async throws {
    let phase = try Examples.line(.phase(.loading, expectedSeconds: 0))
    let (reason, lines) = try await failure("echo '\(phase)'; echo stuck >&2; exec sleep 1000", silence: 0.5)
    #expect(reason == "the worker said nothing for 0.5 s (phase: loading) and was killed")
    #expect(lines == ["stuck"])
  }

  @Test func anAnnouncedSilenceIsWaitedFor() async throws {
    let phase = try Examples.line(.phase(.measuring, expectedSeconds: 30))
    let result = try Examples.line(.result(Examples.round(0)))
    // Silent for longer than the limit, as announced.
    let (outcome, _) = try await run("echo '\(phase)'; sleep 1.2; echo '\(result)'", silence: 0.6)
    guard case .result = outcome.answer else {
      Issue.record("\(outcome.answer)")
      return
    }
  }

  @Test func aGrandchildThatKeepsThePipesOpenDoesNotHoldTheRun() async throws {
    let (reason, _) = try await failure("sleep 20 & kill -11 $$", silence: 20)
    #expect(reason == "killed by signal 11 (SIGSEGV)")
  }

  @Test func garbageIsAFailureThatShowsIt() async throws {
    let (reason, _) = try await failure("\(started); echo '<html>'; exec sleep 1000")
    #expect(reason == "the worker wrote a line that is no event: `<html>`")
  }

  @Test func aPartialLineIsAFailure() async throws {
    let (reason, _) = try await failure(#"printf '{"resu'"#)
    #expect(reason == "the worker ended in the middle of a line (6 bytes)")
  }

  @Test func silenceWithoutAResultIsAFailure() async throws {
    let (reason, _) = try await failure("exit 0")
    #expect(reason == "the worker ended with exit code 0 and no result (phase: start)")
  }

  @Test func aWorkerThatFailsSaysWhyItself() async throws {
    let failed = try Examples.line(.failed("The model is not there; run assay fetch minilm-l6."))
    let (reason, _) = try await failure("echo '\(failed)'; exit 1")
    #expect(reason == "The model is not there; run assay fetch minilm-l6.")
  }

  @Test func aCrashAfterTheResultIsStillAFailure() async throws {
    let result = try Examples.line(.result(Examples.round(0)))
    let (reason, _) = try await failure("echo '\(result)'; kill -11 $$")
    #expect(reason == "killed by signal 11 (SIGSEGV)")
  }

  @Test func onlyTheEndOfAHugeStandardErrorIsKept() async throws {
    let (_, lines) = try await failure(
      "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done >&2; head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1"
    )
    #expect(lines.count == 20)
    #expect(lines.first == "line 2981")
    #expect(lines.last == String(repeating: "x", count: 500))
  }

  @Test func anExecutableThatDoesNotExistIsSaid() async throws {
    let process = WorkerProcess(
      command: WorkerCommand(executable: "/no/such/file", arguments: []), environment: [:], silenceLimit: 20)
    let outcome = await process.run(.probe(requestedCore: nil)) { _ in }
    guard case .failure(let reason) = outcome.answer else {
      Issue.record("\(outcome.answer)")
      return
    }
    #expect(reason.hasPrefix("the worker could not be started"), "\(reason)")
  }

  @Test func variablesAreSetAndRemoved() async throws {
    let process = WorkerProcess(
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", "echo [$A] [${HOME-none}] >&2; exit 1"]),
      environment: ["A": "b", "HOME": nil], silenceLimit: 20)
    let outcome = await process.run(.probe(requestedCore: nil)) { _ in }
    #expect(outcome.lastErrorLines == ["[b] [none]"])
  }

  @Test func cancellingKillsTheWorker() async throws {
    let collector = Collector<WorkerEvent>()
    let process = WorkerProcess(
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", "\(started); exec sleep 1000"]), environment: [:],
      silenceLimit: 600)
    let task = Task { await process.run(.probe(requestedCore: nil)) { collector.add($0) } }
    while collector.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    guard case .failure = await task.value.answer else {
      Issue.record("a cancelled worker cannot have an answer")
      return
    }
  }
}
