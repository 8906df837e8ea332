import FoundationEssentials
import HostState
import Records
import Topology
import Workloads

/// Runs a plan: one worker process per round, one record file rewritten after every round.
///
/// Rounds are interleaved: round 0 of every cell, then round 1 of every cell, and so on. A machine whose speed drifts
/// during a run then slows all cells alike, instead of the ones that happen to come last; and a run that is stopped early
/// has some rounds of every cell.
///
/// A worker that crashes, hangs or answers nonsense costs its cell; the run goes on. Cancelling the task stops the worker
/// in progress and keeps every round finished before.
public struct Executor: Sendable {
  /// How workers are started.
  public var command: WorkerCommand
  /// Where the record lies.
  public var file: RecordFile
  /// What tells the energy of rounds.
  public var metering = Metering.none
  /// Where the models lie that the user brought, by workload name.
  public var models: [String: ModelSource] = [:]
  /// Called with every event, from any thread.
  public var onProgress: @Sendable (ProgressEvent) -> Void
  /// Makes the workers of some cells (by id) misbehave. For tests of Assay's own robustness only.
  public var faults: [String: RoundRequest.Fault] = [:]
  /// By how much every query is made longer on purpose, as a share of its time; nil but in tests of gates.
  public var slowdown: Double?

  /// Makes an executor.
  public init(
    command: WorkerCommand = .current, file: RecordFile, models: [ONNXWorkload] = [],
    onProgress: @escaping @Sendable (ProgressEvent) -> Void
  ) {
    self.command = command
    self.file = file
    self.models = Dictionary(models.map { ($0.name, $0.model) }, uniquingKeysWith: { first, _ in first })
    self.onProgress = onProgress
  }

  /// What a run left.
  public struct Outcome: Sendable {
    /// Everything measured.
    public let record: Record
    /// How it ended.
    public let end: RunEnd
    /// Why the file does not hold `record`, where the last attempt to write failed: exit code 73.
    public let writeError: RecordError?
  }

  /// Does what `record` still lacks, a fresh record or one to complete.
  ///
  /// - Throws: ``RecordError`` where not even the start can be written: then nothing has been measured.
  public func run(_ record: Record, plan: Plan) async throws(RecordError) -> Outcome {
    var record = record
    record.status = record.cells.allSatisfy(\.isFinished) ? .complete : .incomplete
    try file.write(record)
    var session = Session(executor: self, record: record, plan: plan)
    await session.run()
    let end: RunEnd = session.record.status == .complete ? .complete : .interrupted
    onProgress(.finished(end))
    return Outcome(record: session.record, end: end, writeError: session.writeError)
  }

  /// A worker for one request, with the environment that BLAS libraries read when they load.
  ///
  /// - Parameter binding: where the worker runs; nil for anywhere.
  func worker(core: String?, silence: Double, binding: WorkerBinding? = nil) -> WorkerProcess {
    WorkerProcess(
      command: binding.map(command.bound) ?? command,
      environment: WorkerProcess.environment(core: core),
      silenceLimit: silence)
  }
}

extension Record {
  /// An empty record for a plan.
  public init(plan: Plan, tool: Tool, machine: MachineFingerprint, topology: Topology, warnings: [String] = []) {
    self.init(
      tool: tool, createdAt: Date.now.formatted(.iso8601), status: .incomplete, spec: plan.spec, machine: machine,
      topology: topology, warnings: warnings,
      cells: plan.cells.map { CellResult(cell: $0.cell, plannedRounds: $0.rounds, repro: $0.repro) })
  }
}
