import ArgumentParser
import Harness
import Records
import Workloads

/// A record, what it still lacks and where it lies: everything that is needed to measure it.
struct RecordRun {
  var record: Record
  let plan: Plan
  let path: String
  let models: [ONNXWorkload]

  /// Measures what the record lacks and shows how far it is; the first Ctrl-C stops it and keeps what is done.
  ///
  /// - Parameters:
  ///   - power: which meters are read meanwhile.
  ///   - idle: seconds for which the idle machine is read before and after.
  ///   - slowdown: by how much every query is made longer, for tests of gates; nil for not at all.
  func measure(_ power: MeterOptions, idle: Double, slowdown: Double? = nil) async throws -> Executor.Outcome {
    try DescriptorLimit.require(workers: plan.cells.map(\.cell.placement.instances.count).max() ?? 1)
    let progress = ProgressPrinter(plan: plan)
    // Now, while there is still time to do something about them.
    for warning in record.warnings { progress.note("Warning: \(warning)") }
    var prepared = Executor(file: RecordFile(path: path), models: models) { progress.handle($0) }
    let placed = Set(plan.cells.flatMap(\.cell.placement.pus))
    prepared.metering = try power.metering(record.topology, outside: placed, idle: idle)
    prepared.slowdown = slowdown
    let (record, plan, executor) = (record, plan, prepared)
    let work = Task { () -> Result<Executor.Outcome, RecordError> in
      do throws(RecordError) { return .success(try await executor.run(record, plan: plan)) } catch {
        return .failure(error)
      }
    }
    let interrupts = Interrupts {
      progress.note("Stopping; the round in progress is dropped. Press Ctrl-C again to leave at once.")
      work.cancel()
    }
    defer {
      interrupts.end()
      progress.end()
    }
    return try await work.value.get()
  }

  /// Says how to go on with a run that was interrupted.
  ///
  /// - Parameter again: the options that name the user's models.
  func noteInterruption(of outcome: Executor.Outcome, again: String) {
    guard outcome.end == .interrupted else { return }
    let command = outcome.record.isOfContracts ? "precision" : "run"
    Terminal.note(
      "Interrupted; every finished round is kept. Go on with: assay \(command) --resume \(path)\(again)\n")
  }

  /// Ends the command as the run ended: see the exit codes of `assay run`.
  static func requireSuccess(_ outcome: Executor.Outcome) throws {
    if let error = outcome.writeError { throw CommandFailure(error.description, exitCode: 73) }
    if outcome.end == .interrupted { throw ExitCode(130) }
    if outcome.record.cells.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
  }
}
