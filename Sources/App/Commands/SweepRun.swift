import Harness
import Records
import Sweeps
import Workloads

/// A sweep's record, what it still lacks and where it lies.
struct SweepRun {
  let record: Record
  let setup: SweepSetup
  let path: String
  let models: [ONNXWorkload]

  /// Measures and shows how far it is; the first Ctrl-C stops it and keeps what is done.
  ///
  /// - Parameters:
  ///   - power: which meters are read meanwhile.
  ///   - idle: seconds for which the idle machine is read before and after.
  func measure(_ power: MeterOptions, idle: Double) async throws -> Executor.Outcome {
    // Parked processes are alive too.
    let most = setup.cells.map(\.placement.instances.count).max() ?? 1
    try DescriptorLimit.require(workers: most + setup.settings.parkedInstances)
    let progress = SweepProgressLine(budget: setup.settings.budget)
    for warning in record.warnings { progress.note("Warning: \(warning)") }
    progress.note(
      "\(setup.plan.cells.count) of \(setup.plan.candidates) configurations keep the rules; the record goes to \(path)")
    var prepared = Executor(file: RecordFile(path: path), models: models) { progress.handle($0) }
    let placed = Set(setup.cells.flatMap(\.placement.pus))
    prepared.metering = try power.metering(record.topology, outside: placed, idle: idle)
    let (record, setup, executor) = (record, setup, prepared)
    let work = Task { () -> Result<Executor.Outcome, any Error> in
      do { return .success(try await executor.run(record, sweep: setup)) } catch { return .failure(error) }
    }
    let interrupts = Interrupts {
      progress.note("Stopping; the visit in progress is dropped. Press Ctrl-C again to leave at once.")
      work.cancel()
    }
    defer {
      interrupts.end()
      progress.end()
    }
    return try await work.value.get()
  }
}
