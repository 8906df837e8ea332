import FoundationEssentials
import HostState
import Records
import Topology

extension Executor {
  /// Runs a sweep, a fresh one or one to complete: does what its search asks for until that has an answer or the budget is
  /// spent.
  ///
  /// Cancelling the task stops the visit in progress and keeps everything before.
  ///
  /// - Throws: ``RecordError`` where not even the start can be written; ``PlanError`` or ``SweepError`` where `record` is of
  ///   another sweep.
  public func run(_ record: Record, sweep setup: SweepSetup) async throws -> Outcome {
    var record = record
    record.status = .incomplete
    try file.write(record)
    var session = try SweepSession(executor: self, record: record, setup: setup)
    await session.run()
    let end: RunEnd = session.keeper.record.status == .complete ? .complete : .interrupted
    onProgress(.finished(end))
    return Outcome(record: session.keeper.record, end: end, writeError: session.keeper.writeError)
  }
}

extension Record {
  /// An empty record for a sweep. Its cells come with their first visits.
  public init(
    sweep setup: SweepSetup, tool: Tool, machine: MachineFingerprint, topology: Topology, warnings: [String]
  ) {
    self.init(
      tool: tool, createdAt: Date.now.formatted(.iso8601), status: .incomplete, spec: setup.spec, machine: machine,
      topology: topology, warnings: warnings, cells: [])
    sweep = setup.account
  }
}
