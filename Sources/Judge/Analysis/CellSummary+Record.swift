import NumericFormats
import Records
import Statistics

extension CellSummary {
  /// Summarises what a record holds of one cell. Every input is accepted; what cannot be computed is nil.
  ///
  /// - Parameter power: what was read of the machine's power around the rounds.
  public init(of result: Record.CellResult, power: PowerAccount? = nil) {
    id = result.id
    cell = result.cell
    plannedRounds = result.plannedRounds
    finishedRounds = result.rounds.count
    failure = result.failure
    repro = result.repro
    memory = result.rounds.map(Memory.init).max { $0.excess < $1.excess }
    fidelity = result.rounds.compactMap(\.fidelity).first
    // Emulated time is never speed, whatever a record claims.
    let isTimed = result.cell.execution == .native
    let timed = isTimed ? result.rounds.filter { $0.performance != nil } : []
    let hasLatency = isTimed && result.cell.measurement == .performance(.singleStream)
    latency = hasLatency ? Latency(of: result.rounds) : nil
    disturbances = Disturbance.all(in: result, latency: latency)
    outputsAgree =
      result.rounds.count < 2 ? nil : !disturbances.contains { $0.kind == .differingOutputs }
    throughput = Throughput(of: timed)
    warmUp = timed.isEmpty ? nil : WarmUp(of: timed)
    let tokens = result.rounds.compactMap(\.observation.tokensPerSample).first
    let delay = latency.map { Double($0.p50.nanoseconds) / 1e9 }
    let metrics = { EnergyMetrics($0, batch: result.cell.batch, tokens: tokens, latency: delay) }
    let energy = timed.isEmpty ? nil : EnergyPerSample(of: timed, power: power)
    self.energy = energy
    energyMetrics = metrics(energy)
    otherEnergies = energy.map { OtherEnergy.all(than: $0, of: timed, power: power, metrics: metrics) } ?? []
    meterEvents = MeterEvent.all(in: timed)
    let performances = timed.flatMap(\.performances)
    let counts = performances.compactMap(\.allocations)
    allocations = counts.isEmpty || counts.count < performances.count ? nil : counts.saturatingSum()
    isMisplaced = disturbances.contains { Disturbance.Kind.misplacements.contains($0.kind) }
  }
}

extension Round.OutputDigest {
  /// Equal but for the rounding that another alignment of the same buffers may cause in a BLAS library.
  func isClose(to other: Self) -> Bool {
    let scale = max(abs(norm), abs(other.norm))
    return count == other.count && argmax == other.argmax && abs(norm - other.norm) <= 1e-5 * scale
      && abs(mean - other.mean) <= 1e-5 * scale / Double(max(count, 1)).squareRoot()
  }
}

extension CellSummary.Latency {
  /// Pools the queries of all rounds; nil without a query.
  init?(of rounds: [Round]) {
    let sorted = rounds.flatMap(\.performances).flatMap(\.latencies).sorted()
    func estimate(_ p: Double) -> CellSummary.PercentileEstimate? {
      guard let value = Percentile.value(p, ofSorted: sorted), let minimum = Percentile.minimumSamples(p) else {
        return nil
      }
      return .init(
        nanoseconds: value, count: sorted.count, minimumCount: minimum, isTrustworthy: sorted.count >= minimum)
    }
    guard let p50 = estimate(0.5), let p90 = estimate(0.9), let p99 = estimate(0.99) else { return nil }
    self.init(p50: p50, p90: p90, p99: p99, rounds: rounds.compactMap(CellSummary.RoundPercentiles.init))
  }
}

extension CellSummary.RoundPercentiles {
  /// nil for a round without a query.
  init?(of round: Round) {
    let latencies = round.performances.flatMap(\.latencies)
    // A million of them are not sorted for three values.
    let ranks = [0.5, 0.9, 0.99].compactMap { Percentile.rank($0, of: latencies.count) }
    guard ranks.count == 3, let values = Selection.values(at: ranks, of: latencies) else { return nil }
    self.init(index: round.index, count: latencies.count, p50: values[0], p90: values[1], p99: values[2])
  }
}

extension CellSummary.Throughput {
  /// nil where no round has samples and a duration.
  init?(of measured: [Round]) {
    rounds = measured.compactMap(\.throughput)
    guard let mean = Average.mean(rounds) else { return nil }
    self.mean = mean
    // Rounds of one process share its memory layout and are not independent: the process is the unit where several were used.
    processes = measured.meansOfProcesses(\.throughput)
    interval = StudentT.interval(processes.count > 1 ? processes : rounds)
  }
}

extension CellSummary.WarmUp {
  init(of rounds: [Round]) {
    let performances = rounds.compactMap(\.performance)
    discarded = performances.map(\.warmUp.discarded).saturatingSum()
    seconds = performances.reduce(0) { $0 + $1.warmUp.seconds }
    unsettledRounds = performances.count { !$0.warmUp.settled }
  }
}

extension CellSummary.Memory {
  init(of round: Round) {
    let plan = round.observation.memoryPlan
    peak = round.observation.peakResidentBytes
    planned = UInt64([plan.weights, plan.activations, plan.scratch].map { max($0, 0) }.saturatingSum())
    limit = planned + Self.allowance
    isWithinLimit = peak <= limit
    weightBytesMoved = UInt64(max(plan.weightBytesMoved, 0))
    activationBytesMoved = UInt64(max(plan.activationBytesMoved, 0))
  }

  /// Bytes above the plan; the largest decides which round is the worst.
  var excess: Double { Double(peak) - Double(planned) }
}

extension Sequence<Int> {
  /// The sum, or the nearest `Int` where it does not fit: records come from outside.
  func saturatingSum() -> Int {
    reduce(0) { total, next in
      let (sum, overflow) = total.addingReportingOverflow(next)
      return overflow ? (next > 0 ? .max : .min) : sum
    }
  }
}
