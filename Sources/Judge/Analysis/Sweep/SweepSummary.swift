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
  /// What was searched, and where the time went.
  public let account: Account

  /// What was searched, and where the time went.
  public struct Account: Codable, Hashable, Sendable {
    /// Points of the whole product.
    public let candidates: Int
    /// How many of them each rule left out.
    public let pruned: [Sweep.PrunedCount]
    /// Cells that the rules leave and the budget does not hold.
    public let leftOut: Int
    /// Cells that a limit of latency left out, since a smaller batch in the same layout was far above it.
    public let ruledOut: Int
    /// Cells that the rules leave.
    public var kept: Int { max(0, candidates - pruned.map(\.count).saturatingSum()) }
    /// Whether every cell gets all its rounds; otherwise halving drops cells.
    public let isFullGrid: Bool
    /// Seed of the order of visits.
    public let seed: UInt64
    /// Cells of each rung.
    public let rungs: [Int]
    /// Seconds of everything.
    public let seconds: Double
    /// The share of them that was not measured windows; nil before anything happened, like the parts of it below.
    public let overhead: Double?
    /// The share that went into starting processes and loading models.
    public let loading: Double?
    /// The share that went into warming up.
    public let warming: Double?
    /// The share that went into canaries.
    public let canaries: Double?
  }

  /// Summarises a sweep's record; nil for the record of another run.
  ///
  /// - Parameter goal: What the sweep looked for, that is `record.sweep.goal` parsed.
  public init?(of record: Record, goal: RankingGoal) {
    guard let sweep = record.sweep else { return nil }
    status = record.status
    let rungs = sweep.rungs.map { Set($0.cells) }
    account = Account(of: sweep, rungs: rungs.map(\.count))
    let rows = record.cells.map { SweepRow($0, rungs: rungs, topology: record.topology) }
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
  }

  /// The goal's answer.
  public var answer: SweepAnswer? { answers.first }

  /// The row of an id.
  public func row(_ id: String) -> SweepRow? { rows.first { $0.id == id } }

  /// Rows that were measured elsewhere than asked for.
  public var marked: [SweepRow] { rows.filter { !$0.marks.isEmpty } }
}

extension SweepSummary.Account {
  fileprivate init(of sweep: Sweep, rungs: [Int]) {
    candidates = sweep.candidates
    pruned = sweep.pruned
    leftOut = sweep.leftOut
    ruledOut = sweep.ruledOut ?? 0
    isFullGrid = sweep.isFullGrid
    seed = sweep.seed
    self.rungs = rungs
    let time = sweep.time
    seconds = time.total
    overhead = time.overhead
    func share(_ part: Double) -> Double? { time.total > 0 ? part / time.total : nil }
    loading = share(time.loading)
    warming = share(time.warming)
    canaries = share(time.canaries)
  }
}
