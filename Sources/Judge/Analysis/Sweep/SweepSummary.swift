import Records

/// What a sweep says: the answer to its goal and to every other one, the rows behind them, and whether the machine held
/// still. Computed from the record alone.
public struct SweepSummary: Codable, Hashable, Sendable {
  /// Whether every planned row has its rounds.
  public let status: Record.Status
  /// Every planned configuration, in the record's order.
  public let rows: [SweepRow]
  /// The goal's answer first, then those of the other goals.
  public let answers: [SweepAnswer]
  /// How throughput grows with the threads of one instance.
  public let scaling: [ScalingCurve]
  /// Instances against threads.
  public let heatMaps: [SweepHeatMap]
  /// What canaries say; nil without readings.
  public let canaries: CanaryDrift?
  /// The share of the sweep's time that was not measured windows; nil where no time is known.
  public let overhead: Double?
  /// The account that the sweep kept.
  public let sweep: Sweep

  /// Summarises a sweep's record; nil for the record of another run.
  ///
  /// - Parameter goal: What the sweep looked for, that is `record.sweep.goal` parsed.
  public init?(of record: Record, goal: RankingGoal) {
    guard let sweep = record.sweep else { return nil }
    self.sweep = sweep
    status = record.status
    let rows = record.cells.map { SweepRow($0, sweep: sweep, topology: record.topology) }
    self.rows = rows
    let isLimited = if case .latency = goal { true } else { false }
    let others = [RankingGoal.throughput, .efficiency] + (isLimited ? [] : [.leastLatency])
    answers =
      [SweepAnswer(goal, rows: rows, isSought: true)]
      + others.filter { $0 != goal }.map { SweepAnswer($0, rows: rows, isSought: false) }
    scaling = ScalingCurve.all(
      of: rows.compactMap { ScalingCurve.Candidate($0.summary, marks: $0.marks, topology: record.topology) },
      ladder: sweep.ladder)
    heatMaps = SweepHeatMap.all(of: rows)
    canaries = CanaryDrift(sweep.canaries)
    overhead = sweep.time.total > 0 ? max(0, 1 - sweep.time.measured / sweep.time.total) : nil
  }

  /// The goal's answer.
  public var answer: SweepAnswer? { answers.first }

  /// The row of an id.
  public func row(_ id: String) -> SweepRow? { rows.first { $0.id == id } }

  /// Rows that were measured elsewhere than asked for.
  public var marked: [SweepRow] { rows.filter { !$0.marks.isEmpty } }
}
