import Energy
import NumericFormats
import Records

/// The values of one metric over the rounds of a cell, or why there are none.
public struct MetricSeries: Codable, Hashable, Sendable {
  /// The metric.
  public let metric: Metric
  /// One value a round that has one, in the order of rounds.
  public let points: [Point]
  /// The meter behind energy; nil for other metrics, and where none measured.
  public let source: String?
  /// Why there are no values, as a sentence; nil where there are.
  public let missing: String?

  /// The value of one round.
  public struct Point: Codable, Hashable, Sendable {
    /// The round's index.
    public let round: Int
    /// Which of the cell's processes measured it: rounds of one process are no independent witnesses.
    public let process: Int?
    /// The value in the metric's unit: finite, and positive where the metric is compared by ratios.
    public let value: Double

    /// Makes a point.
    public init(round: Int, process: Int? = nil, value: Double) {
      self.round = round
      self.process = process
      self.value = value
    }
  }

  /// Makes a series.
  public init(_ metric: Metric, points: [Point], source: String? = nil, missing: String? = nil) {
    self.metric = metric
    self.points = points
    self.source = source
    self.missing = missing
  }

  /// Takes the metric out of what a record holds of a cell.
  public init(_ metric: Metric, of result: Record.CellResult) {
    self.metric = metric
    let isTimed = result.cell.execution == .native && result.cell.measurement != .fidelity
    let reader = Reader(metric, result)
    points = result.rounds.compactMap { round in
      guard let value = reader.value(of: round), value.isFinite, metric.scale == .difference || value > 0 else {
        return nil
      }
      return Point(round: round.index, process: round.process, value: value)
    }
    source = points.isEmpty ? nil : reader.source
    missing = points.isEmpty ? Self.whyMissing(metric, result, isTimed: isTimed) : nil
  }

  /// One value a process: what may be treated as independent. Where every round has a process of its own these are the values.
  public var independent: [Double] { points.map { ($0.process, $0.value) }.meansOfProcesses() }

  /// Why a cell has no values of a metric.
  private static func whyMissing(_ metric: Metric, _ result: Record.CellResult, isTimed: Bool) -> String {
    if let failure = result.failure, result.rounds.isEmpty { return "The cell failed: \(failure.reason)." }
    if result.rounds.isEmpty { return "The cell has no round yet." }
    switch metric {
    case .memory: return "No round says how much memory it took."
    case .fidelity, .accuracy:
      if isTimed { return "The cell measures speed, not closeness to FP32." }
      if let few = result.rounds.compactMap(\.fidelity).first(where: { !$0.isTop1Trustworthy }) {
        return "\(few.decisions) decisions are too few for a share; it takes \(Fidelity.leastDecisions)."
      }
      return "The outputs decide nothing that could agree."
    case .latency, .tailLatency, .throughput, .energy: break
    }
    guard isTimed else {
      return result.cell.execution == .emulated
        ? "The precision is emulated, and the time of imitation is not speed."
        : "The cell measures closeness to FP32, not speed."
    }
    switch metric {
    case .energy:
      return switch EnergyPerSample(of: result.rounds) {
      case .unavailable(let reason): reason
      case .modelled(let energy): "Its joules are modelled by \(energy.model), and modelled joules are not compared."
      case .measured: "The meter read no joules in any round."
      }
    case .latency, .tailLatency:
      return "The scenario is not SingleStream, so that a query's latency says when its turn came."
    case .throughput, .memory, .fidelity, .accuracy: return "No round completed a sample."
    }
  }
}

/// Takes one metric out of rounds of one cell.
private struct Reader {
  let metric: Metric
  let cell: Cell
  let source: String?

  init(_ metric: Metric, _ result: Record.CellResult) {
    self.metric = metric
    cell = result.cell
    source =
      metric == .energy
      ? EnergyReadings.commonSource(of: result.rounds.compactMap { $0.performance?.readings }) : nil
  }

  func value(of round: Round) -> Double? {
    switch metric {
    case .memory:
      return Double(([round.observation] + (round.peers ?? []).map(\.observation)).map(\.peakResidentBytes).max() ?? 0)
    case .fidelity: return round.fidelity?.relativeError
    case .accuracy:
      return round.fidelity.flatMap { $0.task?.spearmanWithLabels ?? ($0.isTop1Trustworthy ? $0.top1Agreement : nil) }
    case .latency, .tailLatency, .throughput, .energy: break
    }
    // Emulated time is never speed, whatever a record claims.
    guard metric.applies(to: cell) else { return nil }
    switch metric {
    case .latency: return CellSummary.RoundPercentiles(of: round).map { Double($0.p50) / 1e9 }
    case .tailLatency: return CellSummary.RoundPercentiles(of: round).map { Double($0.p99) / 1e9 }
    case .throughput: return round.throughput
    case .energy:
      guard let source, case .measured(let energy) = round.performance?.readings.reading(of: source) else { return nil }
      let samples = round.samplesOfReading
      return samples > 0 ? energy.joules / samples : nil
    case .memory, .fidelity, .accuracy: return nil
    }
  }
}
