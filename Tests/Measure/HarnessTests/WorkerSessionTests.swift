import Glibc
import Records
import Testing

@testable import Harness

/// Real processes: a shell stands in for the worker.
@Suite(.timeLimit(.minutes(5))) struct WorkerSessionTests {
  private static func session(
    _ script: String, silence: Double = 600, phases: Collector<WorkerPhase> = Collector()
  ) throws -> WorkerSession {
    WorkerSession(
      process: StandIn.process(script, silence: silence), request: try StandIn.request(instances: [[0]])
    ) { phases.add($0) }
  }

  private static func window(_ round: Int) -> WindowRequest {
    WindowRequest(round: round, begin: 0, minDuration: 0)
  }

  /// The failure that `body` ends with.
  private static func failure<Value>(
    _ body: () async throws(WorkerSession.Failure) -> Value
  ) async -> WorkerSession.Failure? {
    do throws(WorkerSession.Failure) {
      let value = try await body()
      Issue.record("there was an answer: \(value)")
      return nil
    } catch {
      return error
    }
  }

  @Test func aWorkerServesOneWindowAfterTheOtherUntilItsInputEnds() async throws {
    let folder = try Folder()
    let phases = Collector<WorkerPhase>()
    let session = try Self.session(
      "read r; \(StandIn.loading) \(StandIn.ready(0.25)) \(StandIn.answering()) echo > \(folder.path)/ended",
      phases: phases)
    #expect(try await session.ready() == 0.25)
    for index in 0..<3 { #expect(try await session.measure(Self.window(index)) == Examples.round(index)) }
    #expect(access(folder.path + "/ended", F_OK) != 0)
    await session.end()
    #expect(access(folder.path + "/ended", F_OK) == 0)
    #expect(phases.values == [.loading])
  }

  @Test(arguments: [
    ("exit 9", "the worker ended with exit code 9 and no result (phase: waiting)"),
    ("kill -9 $$", "killed by signal 9 (SIGKILL, perhaps for lack of memory)"),
    ("exit 0", "the worker ended before it was told to"),
    ("echo nonsense; exec sleep 1000", "the worker wrote a line that is no event: `nonsense`"),
  ])
  func aWorkerThatEndsBetweenWindowsIsAFailureOfTheNext(end: String, reason: String) async throws {
    let session = try Self.session(
      "read r; \(StandIn.ready()) read w; \(try StandIn.result(0)) echo last words >&2; \(end)")
    _ = try await session.ready()
    #expect(try await session.measure(Self.window(0)) == Examples.round(0))
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in
      try await session.measure(Self.window(1))
    }
    #expect(failure == .init(reason: reason, lastErrorLines: ["last words"]))
    await session.end()
  }

  @Test func aWorkerThatCannotLoadSaysWhy() async throws {
    let failed = try Examples.line(.failed("The model is not there."))
    let session = try Self.session("read r; echo '\(failed)'; exit 1")
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in try await session.ready() }
    #expect(failure?.reason == "The model is not there.")
  }

  @Test func anAnswerToAnotherQuestionIsAFailure() async throws {
    let session = try Self.session("read r; \(StandIn.ready()) read w; \(StandIn.ready()) read w")
    _ = try await session.ready()
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in
      try await session.measure(Self.window(0))
    }
    #expect(failure?.reason == "the worker answered another question than the one asked")
    await session.kill()
  }

  @Test func aParkedWorkerMayBeSilent() async throws {
    let session = try Self.session("read r; \(StandIn.ready()) \(StandIn.answering())", silence: 0.2)
    _ = try await session.ready()
    for index in 0..<2 {
      try await Task.sleep(for: .seconds(1))
      #expect(try await session.measure(Self.window(index)) == Examples.round(index))
    }
    await session.end()
  }

  @Test(arguments: [0, 1])
  func aHungWindowIsKilled(hung: Int) async throws {
    let answers = try (0..<hung).map { "read w; \(try StandIn.result($0))" }.joined(separator: " ")
    let session = try Self.session("read r; \(StandIn.ready()) \(answers) read w; exec sleep 1000", silence: 0.3)
    _ = try await session.ready()
    for index in 0..<hung { _ = try await session.measure(Self.window(index)) }
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in
      try await session.measure(Self.window(hung))
    }
    #expect(failure?.reason == "the worker said nothing for 0.3 s (phase: waiting) and was killed")
  }

  @Test func cancellingKillsTheWorker() async throws {
    let folder = try Folder()
    let session = try Self.session(
      "\(StandIn.noting(folder, "pid")) read r; \(StandIn.ready()) read w; exec sleep 1000")
    _ = try await session.ready()
    let pid = try StandIn.pid(folder, "pid")
    #expect(kill(pid, 0) == 0)
    let task = Task {
      await Self.failure { () async throws(WorkerSession.Failure) in try await session.measure(Self.window(0)) }
    }
    task.cancel()
    #expect(await task.value != nil)
    #expect(kill(pid, 0) != 0)
  }

  @Test func killingIsForWhoeverIsNotAsked() async throws {
    let folder = try Folder()
    let session = try Self.session("\(StandIn.noting(folder, "pid")) read r; \(StandIn.ready()) exec sleep 1000")
    _ = try await session.ready()
    await session.kill()
    #expect(kill(try StandIn.pid(folder, "pid"), 0) != 0)
  }
}
