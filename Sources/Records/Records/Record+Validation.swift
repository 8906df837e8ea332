import Energy
import HostState
import NumericFormats

extension Record {
  /// Refuses a record whose figures contradict each other or cannot be.
  ///
  /// A record may come from a stranger; whoever computes with one may rely on what is checked here.
  /// - Throws: ``RecordError`` of kind `damaged` that names the cell and the figure.
  public func validate(path: String) throws(RecordError) {
    func fail(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    guard RecordTime.seconds(of: createdAt) != nil else {
      throw fail("its time `\(createdAt)` is none like 2025-03-01T12:00:00Z")
    }
    if let problem = spec.problem { throw fail("its specification cannot be run: \(problem)") }
    if let problem = machine.problem { throw fail("its machine cannot be: \(problem)") }
    if let problem = roofline?.problem { throw fail("its roofline cannot be: \(problem)") }
    if let problem = sweep?.problem { throw fail("its sweep cannot be: \(problem)") }
    if let problem = power?.problem { throw fail("its power cannot be: \(problem)") }
    guard cells.count <= RunFigure.cellLimit else {
      throw fail("\(cells.count) cells are more than the \(RunFigure.cellLimit) that a run may have")
    }
    var seen: Set<String> = []
    for result in cells {
      guard result.id == result.cell.id else {
        throw fail("cell `\(result.id)` does not describe itself; its parts make `\(result.cell.id)`")
      }
      guard seen.insert(result.id).inserted else { throw fail("cell `\(result.id)` is there twice") }
      if let problem = result.problem { throw fail("cell `\(result.id)`: \(problem)") }
    }
    guard status == .incomplete || cells.allSatisfy(\.isFinished) else {
      throw fail("its status is `complete` and yet a cell has neither all its rounds nor a failure")
    }
  }
}

extension Record.CellResult {
  /// The first contradiction, or nil.
  fileprivate var problem: String? {
    guard RunFigure.batches.contains(cell.batch) else { return "a batch of \(cell.batch) samples cannot be" }
    if let problem = cell.placement.problem { return problem }
    guard cell.blasThreads.map({ RunFigure.threads.contains($0) }) ?? true else {
      return "\(cell.blasThreads ?? 0) threads of BLAS cannot be"
    }
    guard RunFigure.rounds.problem(Double(plannedRounds)) == nil else {
      return "\(plannedRounds) planned rounds cannot be"
    }
    guard rounds.count <= plannedRounds else {
      return "\(rounds.count) rounds are more than the \(plannedRounds) planned"
    }
    if cell.isOfContract, cell.execution != .emulated { return "the emulator's execution cannot be native" }
    if cell.execution == .emulated, cell.measurement != .fidelity {
      return "an emulated precision has no speed, and yet it is measured as `\(cell.measurement.name)`"
    }
    var last = -1
    for round in rounds {
      guard round.index > last, round.index < plannedRounds else {
        return "round \(round.index) is out of order or beyond the \(plannedRounds) planned"
      }
      last = round.index
      if let problem = round.problem(in: cell) { return "round \(round.index): \(problem)" }
    }
    return nil
  }
}

extension Round {
  fileprivate func problem(in cell: Cell) -> String? {
    switch cell.measurement {
    case .performance:
      guard let performance, fidelity == nil else { return "it must have timing and no fidelity" }
      if let problem = performance.problem(batch: cell.batch) { return problem }
      guard (peers?.count ?? 0) == cell.placement.instances.count - 1 else {
        return "it has \((peers?.count ?? 0) + 1) instances where the placement has \(cell.placement.instances.count)"
      }
      if let problem = peers?.lazy.compactMap({ $0.performance.problem(batch: cell.batch) }).first { return problem }
      if let problem = peers?.lazy.compactMap(\.observation.problem).first { return problem }
      guard peers == nil || performances.allSatisfy({ $0.begin != nil }) else {
        return "it does not say when each of its instances began"
      }
    case .fidelity:
      guard let fidelity, performance == nil, peers == nil else { return "it must have fidelity and no timing" }
      if let problem = fidelity.problem { return problem }
    }
    if let problem = quantisation?.problem { return problem }
    guard (process ?? 0) >= 0 else { return "the number of its process is negative" }
    return observation.problem
  }
}

extension Round.Observation {
  fileprivate var problem: String? {
    let bytes = [memoryPlan, fp32MemoryPlan].compactMap { $0 }.flatMap { plan in
      [plan.weights, plan.activations, plan.scratch, plan.weightBytesMoved, plan.activationBytesMoved]
    }
    guard bytes.allSatisfy({ $0 >= 0 }) else { return "its memory plan has a negative size" }
    guard tokensPerSample ?? 1 >= 1 else { return "its samples have no tokens" }
    guard output.count >= 1, output.mean.isFinite, output.norm.isFinite, output.norm >= 0,
      (0..<output.count).contains(output.argmax)
    else { return "its output digest cannot be" }
    guard implementations.values.allSatisfy({ $0 >= 0 }) else {
      return "an implementation count is negative"
    }
    return nil
  }
}

extension Round.Performance {
  fileprivate func problem(batch: Int) -> String? {
    guard !latencies.isEmpty else { return "it has no latencies" }
    guard latencies.allSatisfy({ $0 >= 0 }) else { return "a latency is negative" }
    guard samplesPerQuery == batch else {
      return "\(samplesPerQuery) samples per query contradict the batch of \(batch)"
    }
    guard latencies.count <= Int.max / samplesPerQuery else { return "its number of samples overflows" }
    guard duration > 0 else { return "its duration is \(duration) ns" }
    guard (latencies.max() ?? 0) <= duration else { return "a latency is longer than the whole window" }
    guard warmUp.discarded >= 0, warmUp.seconds.isFinite, warmUp.seconds >= 0 else { return "its warm-up cannot be" }
    guard (nodes ?? []).allSatisfy(\.isSound) else { return "a node's time cannot be" }
    guard (allocations ?? 0) >= 0 else { return "its number of allocations is negative" }
    // Windows of several instances are intersected by adding a begin and a duration.
    guard (0...Int64.max / 4).contains(begin ?? 0), duration <= Int64.max / 4 else { return "its begin cannot be" }
    if let problem = placement?.problem { return problem }
    guard observedCPUs.allSatisfy({ $0.allSatisfy { $0 >= 0 } }) else { return "an observed CPU is negative" }
    if let share = disturbance.stealShare, !(share >= 0 && share <= 1) { return "its steal share is not 0 to 1" }
    if let megahertz = disturbance.megahertz, !(megahertz.isFinite && megahertz >= 0) {
      return "its CPU frequency cannot be"
    }
    guard (disturbance.throttledPeriods ?? 0) >= 0, (disturbance.cpuPressureMicroseconds ?? 0) >= 0,
      disturbance.involuntarySwitches >= 0, disturbance.minorFaults >= 0
    else { return "a count of disturbances is negative" }
    return energy.problem ?? (meters ?? []).lazy.compactMap(\.energy.problem).first
  }
}

extension PowerAccount {
  var problem: String? {
    if let problem = ((idleBefore ?? []) + (idleAfter ?? [])).lazy.compactMap(\.energy.problem).first { return problem }
    guard let monitor else { return nil }
    guard monitor.readings >= 0, monitor.cpuSeconds >= 0, monitor.cpuSeconds.isFinite, monitor.seconds >= 0,
      monitor.seconds.isFinite
    else { return "what reading the meters cost cannot be" }
    return nil
  }
}

extension EnergyReading {
  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    func possible(_ values: Double...) -> Bool { values.allSatisfy { $0.isFinite && $0 >= 0 } }
    switch self {
    case .measured(let reading):
      guard !reading.domains.isEmpty else { return "measured energy names no domain" }
      guard possible(reading.seconds, reading.uncertaintyJoules),
        (reading.domains + (reading.parts ?? [])).allSatisfy({ possible($0.joules) })
      else { return "measured energy is negative or not finite" }
    case .modelled(let reading):
      guard possible(reading.joules, reading.lower, reading.upper), reading.lower <= reading.joules,
        reading.joules <= reading.upper
      else { return "modelled energy is negative, not finite or outside its own bounds" }
    case .unavailable(let reason):
      guard !reason.isEmpty else { return "energy is unavailable without a reason" }
    }
    return nil
  }
}

extension Fidelity {
  fileprivate var problem: String? {
    guard samples >= 1, decisions >= 0 else { return "fidelity compares no samples or a negative number of decisions" }
    let errors = [largestError, largestReference]
    guard errors.allSatisfy({ $0.isFinite && $0 >= 0 }), (sqnrDecibels ?? 0).isFinite else {
      return "a fidelity figure is negative or not finite"
    }
    // Rounding may push a cosine past 1 by a few units in the last place.
    guard [cosine, leastCosine].allSatisfy({ abs($0) <= 1 + 1e-9 }) else { return "a cosine is outside -1 to 1" }
    if let top1Agreement, !(top1Agreement >= 0 && top1Agreement <= 1) { return "top-1 agreement is not 0 to 1" }
    if let top5Agreement, !(top5Agreement >= 0 && top5Agreement <= 1) { return "top-5 agreement is not 0 to 1" }
    if let task {
      let scores = [task.spearmanWithFP32, task.spearmanWithLabels, task.fp32SpearmanWithLabels]
      guard task.pairs >= 1, scores.allSatisfy({ abs($0) <= 1 + 1e-9 }) else { return "its task score cannot be" }
    }
    return nil
  }
}
