import Glibc
import Records

/// The state of one run.
struct Session {
  let executor: Executor
  private var keeper: RecordKeeper
  let plan: Plan

  private let shared = SharedFolder()
  private let started = ContinuousClock.now
  /// Estimated seconds of the rounds done since the start, to compare with the time they took.
  private var estimatedDone = 0.0

  init(executor: Executor, record: Record, plan: Plan) {
    self.executor = executor
    keeper = RecordKeeper(executor: executor, record: record)
    self.plan = plan
  }

  /// What was measured so far.
  var record: Record { keeper.record }
  /// Why the file does not hold it, where the last attempt to write failed.
  var writeError: RecordError? { keeper.writeError }

  mutating func run() async {
    let steps = record.cells.reduce(0) { $0 + ($1.isFinished ? 0 : $1.plannedRounds - $1.rounds.count) }
    executor.onProgress(.planned(cells: record.cells.count, rounds: steps, seconds: secondsLeft))
    await keeper.probe(for: record.cells.filter { !$0.isFinished }.map(\.cell))
    await keeper.measureIdleBefore()
    var step = 0
    for round in 0..<(record.cells.map(\.plannedRounds).max() ?? 0) {
      for index in record.cells.indices {
        // Rounds of a record to resume need not be equally far.
        let result = record.cells[index]
        guard !result.isFinished, result.rounds.count <= round else { continue }
        guard !Task.isCancelled else { return }
        step += 1
        executor.onProgress(
          .roundStarted(
            step: step, steps: max(steps, step), cell: result.cell, round: result.rounds.count,
            rounds: result.plannedRounds, remaining: remaining))
        guard await measure(index) else { return }
        keeper.write()
      }
    }
    await keeper.measureIdleAfter()
    keeper.record.status = record.cells.allSatisfy(\.isFinished) ? .complete : .incomplete
    keeper.write()
  }

  // MARK: Rounds

  /// Runs the next round of a cell. False where the run was cancelled meanwhile.
  private mutating func measure(_ index: Int) async -> Bool {
    let result = record.cells[index]
    let cell = result.cell
    executor.metering.move(outside: cell)
    var request = RoundRequest(
      parent: getpid(), cell: cell, round: nextRound(of: result), spec: record.spec,
      requestedCore: keeper.requestedCore,
      model: executor.models[cell.workload], sharedFolder: shared.path, fault: executor.faults[result.id])
    request.slowdown = executor.slowdown
    let answer = await answer(request)
    guard !Task.isCancelled else { return false }
    estimatedDone += plan.cells.first { $0.cell.id == result.id }?.secondsPerRound ?? 0
    switch answer {
    case .success(let round): keeper.accept(round, index, expected: request.round)
    case .failure(let failure): keeper.fail(index, failure.reason, failure.lastErrorLines)
    }
    return true
  }

  /// One round of a cell in fresh processes.
  private func answer(_ request: RoundRequest) async -> Result<Round, WorkerSession.Failure> {
    let (cell, report) = (request.cell, executor.onProgress)
    let (core, silence) = (keeper.requestedCore, record.spec.timeout)
    func process(_ instance: Int) -> WorkerProcess {
      executor.worker(core: core, silence: silence, binding: WorkerBinding(cell.placement, instance: instance))
    }
    if cell.placement.instances.count > 1, cell.measurement != .fidelity {
      var group = InstanceGroup(request: request, process: process) { report(.phase(cell: cell, $0)) }
      do throws(WorkerSession.Failure) {
        try await group.load()
        let round = try await group.measure(round: request.round, seconds: request.minDuration, rouses: false)
        await group.end()
        return .success(round)
      } catch {
        return .failure(error)
      }
    }
    let outcome = await process(0).run(.round(request)) { event in
      if case .phase(let phase, _) = event { report(.phase(cell: cell, phase)) }
    }
    switch outcome.answer {
    case .result(let round): return .success(round)
    case .failure(let reason): return .failure(.init(reason: reason, lastErrorLines: outcome.lastErrorLines))
    case .probed, .done:
      return .failure(
        .init(
          reason: "the worker answered another question than the one asked", lastErrorLines: outcome.lastErrorLines))
    }
  }

  private func nextRound(of result: Record.CellResult) -> Int { (result.rounds.last?.index ?? -1) + 1 }

  // MARK: Time

  /// Estimated seconds of the rounds that are left.
  private var secondsLeft: Double {
    let estimates = Dictionary(
      plan.cells.map { ($0.cell.id, $0.secondsPerRound) }, uniquingKeysWith: { first, _ in first })
    return record.cells.reduce(0) { sum, result in
      guard !result.isFinished else { return sum }
      return sum + Double(result.plannedRounds - result.rounds.count) * (estimates[result.id] ?? 0)
    }
  }

  /// What is left, corrected by how the estimates of the rounds so far turned out.
  private var remaining: Double {
    guard estimatedDone > 0 else { return secondsLeft }
    let elapsed = ContinuousClock.now - started
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    return secondsLeft * seconds / estimatedDone
  }
}
