import FoundationEssentials
import HostState
import Records
import Testing
import Topology

@testable import Harness

/// Whole runs with a shell in the place of workers.
@Suite struct ExecutorTests {
  /// Answers probes, and rounds with what the cell's id (a word of the request) maps to in `cases`.
  private func script(_ cases: String) -> WorkerCommand {
    let probe = #"{"probed":{"_0":{"configuration":"c","core":"Haswell","threadsPerCall":1}}}"#
    return WorkerCommand(
      executable: "/bin/sh",
      arguments: ["-c", "read line; case \"$line\" in *probe*) echo '\(probe)';; \(cases) esac"])
  }

  /// A case of the script that answers each round of cells matching `pattern` with a valid result.
  private func answering(_ pattern: String = "*", batch: Int = 1) throws -> String {
    try (0..<3).map { index in
      "*\(pattern)*'\"round\":\(index)'*) echo '\(try Examples.line(.result(Examples.round(index, batch: batch))))';;"
    }.joined(separator: " ")
  }

  /// Two cells of three rounds each.
  private func plan() throws -> Plan {
    try Examples.plan(
      suite: Examples.suite {
        $0.workloads = ["resnet50", "minilm-l6"]; $0.threads = try? ListExpression("1")
      })
  }

  private func run(
    _ command: WorkerCommand, folder: Folder, plan: Plan, record: Record? = nil,
    events: Collector<ProgressEvent> = Collector()
  ) async throws -> Executor.Outcome {
    let executor = Executor(command: command, file: RecordFile(path: folder.path + "/r.json")) { events.add($0) }
    return try await executor.run(record ?? Examples.record(plan), plan: plan)
  }

  private func startedRounds(_ events: [ProgressEvent]) -> [String] {
    events.compactMap { event in
      if case .roundStarted(_, _, let cell, let round, _, _) = event { "\(cell.workload) \(round)" } else { nil }
    }
  }

  @Test func roundsAreInterleavedAndTheRecordIsComplete() async throws {
    let folder = try Folder()
    let events = Collector<ProgressEvent>()
    let outcome = try await run(script(answering()), folder: folder, plan: plan(), events: events)
    #expect(outcome.end == .complete)
    #expect(outcome.writeError == nil)
    #expect(outcome.record.status == .complete)
    #expect(outcome.record.cells.map { $0.rounds.map(\.index) } == [[0, 1, 2], [0, 1, 2]])
    #expect(
      startedRounds(events.values) == [
        "resnet50 0", "minilm-l6 0", "resnet50 1", "minilm-l6 1", "resnet50 2", "minilm-l6 2",
      ])
    #expect(try RecordFile(path: folder.path + "/r.json").read() == outcome.record)
    #expect(outcome.record.blas?.libraryCore == "Haswell")
  }

  @Test(arguments: [
    ("kill -11 $$", "killed by signal 11 (SIGSEGV)"),
    ("echo nonsense", "the worker wrote a line that is no event: `nonsense`"),
    ("exit 9", "the worker ended with exit code 9 and no result (phase: start)"),
  ])
  func aBadWorkerCostsItsCellAndTheRunGoesOn(fault: String, reason: String) async throws {
    let folder = try Folder()
    let cases = "*resnet50*) echo hint >&2; \(fault);; " + (try answering("minilm"))
    let outcome = try await run(script(cases), folder: folder, plan: plan())
    #expect(outcome.end == .complete)
    #expect(outcome.record.cells[0].failure == .init(reason: reason, lastErrorLines: ["hint"]))
    #expect(outcome.record.cells[0].rounds.isEmpty)
    #expect(outcome.record.cells[1].rounds.count == 3)
    #expect(outcome.record.cells[1].failure == nil)
  }

  @Test func aRoundThatFailsLaterKeepsTheOnesBefore() async throws {
    let folder = try Folder()
    let first = try Examples.line(.result(Examples.round(0)))
    let cases = "*resnet50*'\"round\":0'*) echo '\(first)';; *resnet50*) kill -11 $$;; " + (try answering("minilm"))
    let outcome = try await run(script(cases), folder: folder, plan: plan())
    #expect(outcome.record.cells[0].rounds.count == 1)
    #expect(outcome.record.cells[0].failure?.reason == "killed by signal 11 (SIGSEGV)")
    #expect(outcome.record.status == .complete)
  }

  @Test func figuresThatCannotBeAreAFailure() async throws {
    let folder = try Folder()
    let outcome = try await run(script(answering("", batch: 4)), folder: folder, plan: plan())
    #expect(
      outcome.record.cells[0].failure?.reason.contains("figures that cannot be") == true,
      "\(String(describing: outcome.record.cells[0].failure))")
    #expect(try RecordFile(path: folder.path + "/r.json").read() == outcome.record)
  }

  @Test func theFileHoldsEveryRoundAsSoonAsItIsFinished() async throws {
    let folder = try Folder()
    let plan = try plan()
    let file = RecordFile(path: folder.path + "/r.json")
    let counts = Collector<Int>()
    // When a round starts, the file on disk must hold all rounds before it: what a `kill -9` at this moment leaves.
    let executor = Executor(command: try script(answering()), file: file) { event in
      if case .roundStarted = event {
        counts.add((try? file.read())?.cells.reduce(0) { $0 + $1.rounds.count } ?? -1)
      }
    }
    _ = try await executor.run(Examples.record(plan), plan: plan)
    #expect(counts.values == [0, 1, 2, 3, 4, 5])
  }

  @Test func cancellingKeepsWhatIsDoneAndResumingCompletesIt() async throws {
    let folder = try Folder()
    let plan = try plan()
    let file = RecordFile(path: folder.path + "/r.json")
    // The third worker hangs; the run is then cancelled.
    let cases = "*resnet50*'\"round\":1'*) exec sleep 1000;; " + (try answering())
    let third = Collector<Bool>()
    let command = script(cases)
    let task = Task {
      let executor = Executor(command: command, file: file) { event in
        if case .roundStarted(let step, _, _, _, _, _) = event, step == 3 { third.add(true) }
      }
      return try await executor.run(Examples.record(plan), plan: plan)
    }
    while third.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let outcome = try await task.value
    #expect(outcome.end == .interrupted)
    #expect(outcome.record.cells.map(\.rounds.count) == [1, 1])
    #expect(outcome.record.cells.allSatisfy { $0.failure == nil })
    var record = try file.read()
    #expect(record == outcome.record)
    #expect(record.status == .incomplete)

    let events = Collector<ProgressEvent>()
    try record.prepareToResume(
      machine: Examples.machine, topology: Examples.topology(cores: 2), tool: record.tool)
    let resumed = try await run(
      script(answering()), folder: folder, plan: Plan(resuming: record, catalogue: Examples.catalogue), record: record,
      events: events)
    #expect(startedRounds(events.values) == ["resnet50 1", "minilm-l6 1", "resnet50 2", "minilm-l6 2"])
    #expect(resumed.end == .complete)
    #expect(resumed.record.cells.map { $0.rounds.map(\.index) } == [[0, 1, 2], [0, 1, 2]])
  }

  @Test func anUnwritableFolderIsSaidBeforeAnythingIsMeasured() async throws {
    let plan = try plan()
    let events = Collector<ProgressEvent>()
    let executor = Executor(
      command: try script(answering()), file: RecordFile(path: "/proc/no-such-folder/r.json")
    ) { events.add($0) }
    await #expect(throws: RecordError.self) { try await executor.run(Examples.record(plan), plan: plan) }
    #expect(startedRounds(events.values).isEmpty)
  }

  @Test func aWriteThatFailsIsSaidOnceAndTriedAgain() async throws {
    let folder = try Folder()
    let plan = try plan()
    let path = folder.path + "/r.json"
    let said = Collector<RecordError>()
    // From the second round on, a folder lies where the new text must go; it is gone again for the last.
    let obstacle = path + ".partial"
    func makeExecutor(clear: Bool) throws -> Executor {
      Executor(command: try script(answering()), file: RecordFile(path: path)) { event in
        switch event {
        case .roundStarted(2, _, _, _, _, _):
          try? FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        case .roundStarted(6, _, _, _, _, _) where clear: try? FileManager.default.removeItem(atPath: obstacle)
        case .writeFailed(let error): said.add(error)
        default: break
        }
      }
    }
    let recovered = try await makeExecutor(clear: true).run(Examples.record(plan), plan: plan)
    #expect(said.values.count == 1)
    #expect(recovered.writeError == nil)
    #expect(try RecordFile(path: path).read() == recovered.record)

    let lost = try await makeExecutor(clear: false).run(Examples.record(plan), plan: plan)
    #expect(said.values.count == 2)
    #expect(lost.writeError?.exitCode == 73)
    // What could be written is still there and readable; what could not is in the outcome.
    #expect(try RecordFile(path: path).read().cells.map(\.rounds.count) == [1, 0])
    #expect(lost.record.cells.map(\.rounds.count) == [3, 3])
  }

  @Test func resumingOnAnotherMachineIsRefusedUnlessAccepted() throws {
    var record = Examples.record(try plan())
    let tool = record.tool
    var other = Examples.machine
    other.cpuModel = "Another CPU"
    other.microcode = "0x1"
    let error = #expect(throws: ResumeError.self) {
      try record.prepareToResume(machine: other, topology: Examples.topology(cores: 2), tool: tool)
    }
    #expect(
      error?.description
        == "The run cannot be resumed: this machine is not the one that the record describes (CPU: A CPU, now "
        + "Another CPU; microcode: none, now 0x1); start a new run instead.")
    try record.prepareToResume(
      machine: other, topology: Examples.topology(cores: 2), tool: tool, acceptOtherMachine: true)
    #expect(record.warnings.count == 1)
    let none = Topology(root: Examples.topology(cores: 1).root, allowedPUs: [7], cores: [], quota: nil)
    let missing = #expect(throws: ResumeError.self) {
      try record.prepareToResume(machine: Examples.machine, topology: none, tool: tool)
    }
    #expect(missing?.reason == "its cells are placed on PUs [0], which this process may not use")
  }

  @Test func resumingWithAnotherBuildIsRefusedUnlessAccepted() throws {
    var record = Examples.record(try plan())
    var tool = record.tool
    tool.version = "1"
    tool.libraries["openblas"] = "0.3.21"
    let topology = Examples.topology(cores: 2)
    let error = #expect(throws: ResumeError.self) {
      try record.prepareToResume(machine: Examples.machine, topology: topology, tool: tool)
    }
    #expect(
      error?.reason
        == "this Assay is not the build that the record describes (version: 0, now 1; openblas: none, now 0.3.21); "
        + "start a new run instead")
    for _ in 0..<2 {
      try record.prepareToResume(
        machine: Examples.machine, topology: topology, tool: tool, acceptOtherMachine: true)
    }
    #expect(record.warnings.count == 1)
    #expect(record.warnings.first?.contains("version: 0, now 1; openblas: none, now 0.3.21") == true)
  }

  @Test func onlyCellsThatUseBLASAskForAProbe() async throws {
    let folder = try Folder()
    let plan = try Examples.plan(
      suite: Examples.suite {
        $0.engines = ["reference"]; $0.threads = try? ListExpression("1")
      })
    let outcome = try await run(script(answering()), folder: folder, plan: plan)
    #expect(outcome.record.cells.map(\.rounds.count) == [3])
    #expect(outcome.record.blas == nil)
  }

  @Test func theCoreThatTheFirstRoundsRanHoldsForTheRest() async throws {
    let folder = try Folder()
    let plan = try plan()
    var record = Examples.record(plan)
    var first = Examples.round(0)
    first.observation.blas = Round.BLASState(
      configuration: "c", core: "Prescott", requestedCore: "PRESCOTT", threadsPerCall: 1)
    record.cells[0].rounds = [first]
    // The first run's probe failed, so that this one asks again: its answer (Haswell) must not change the choice.
    record.blas = BLASChoice(policy: "auto", requestedCore: "PRESCOTT", libraryCore: nil, environmentCore: nil)
    let outcome = try await run(script(answering()), folder: folder, plan: plan, record: record)
    #expect(outcome.record.blas?.requestedCore == "PRESCOTT")
    #expect(outcome.record.blas?.libraryCore == "Haswell")
  }
}
