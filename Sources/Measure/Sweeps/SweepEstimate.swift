import Glibc
import Statistics

/// What a sweep will take, before it runs: for `--dry-run`.
public struct SweepEstimate: Codable, Hashable, Sendable {
  /// Seconds of everything.
  public let seconds: Double
  /// The rungs, the finals last.
  public let rungs: [Rung]
  /// Rounds of all rungs.
  public let rounds: Int
  /// The share of the time that is not spent in rounds.
  public let overheadShare: Double
  /// Cells that the budget does not hold.
  public let leftOut: Int
  /// Seconds that would hold all cells.
  public let secondsForAll: Double

  /// One rung's share.
  public struct Rung: Codable, Hashable, Sendable {
    /// Which part of the sweep it is.
    public let phase: SweepBlock.Phase
    /// Cells in it.
    public let cells: Int
    /// Rounds of each cell; in the finals, in each process.
    public let rounds: Int
    /// Seconds.
    public let seconds: Double
  }

  /// Goes through a sweep of which every cell costs what was estimated and no two are tied.
  ///
  /// Ties make later rungs longer, within the budget; a limit of latency, which drops cells early, makes them shorter.
  /// - Throws: ``SweepError`` as ``SuccessiveHalving/init(plan:settings:cost:)`` does.
  public init(
    plan: SweepPlan, settings: SweepSettings, cost: (SweepCell, SweepLayout) -> SweepCost
  ) throws(SweepError) {
    var sweep = try SuccessiveHalving(plan: plan, settings: settings, cost: cost)
    secondsForAll = sweep.whole(plan.cells.count).seconds / SuccessiveHalving.planned
    var random = SeededRandom(seed: settings.seed, path: [3])
    let ranks = random.shuffled(Array(plan.cells.indices))
    var seconds: [Double] = []
    var measured = 0.0
    var rounds = 0
    while let block = sweep.next(), let step = block.steps.first {
      while seconds.count < sweep.rungs.count { seconds.append(0) }
      let before = sweep.spent
      switch step {
      case .canary: try sweep.record(.canary(seconds: settings.canarySeconds))
      case .visit(let visit):
        let estimate = sweep.costs.estimates[visit.cell]
        let outcome = Self.outcome(rank: ranks[visit.cell], of: ranks.count, goal: settings.goal)
        let inRounds = Double(visit.rounds) * estimate.round
        try sweep.record(
          .visit(
            SweepVisitResult(
              cell: visit.cell, rounds: Array(repeating: outcome, count: visit.rounds),
              seconds: (visit.isFresh ? estimate.start : settings.wakeSeconds) + inRounds,
              loadSeconds: visit.isFresh ? estimate.load : 0, warmUpSeconds: visit.isFresh ? estimate.warmUp : 0)))
        measured += inRounds
        rounds += visit.rounds
      }
      seconds[block.rung] += sweep.spent - before
    }
    self.rounds = rounds
    self.seconds = sweep.spent
    overheadShare = sweep.spent > 0 ? 1 - measured / sweep.spent : 0
    leftOut = sweep.leftOut
    rungs = zip(sweep.rungs, seconds).map { rung, seconds in
      Rung(phase: rung.phase, cells: rung.cells.count, rounds: rung.rounds, seconds: seconds)
    }
  }

  /// Figures that keep every limit and differ from those of other ranks: by a fifth where a `Double` can hold that.
  private static func outcome(rank: Int, of count: Int, goal: SweepGoal) -> SweepOutcome {
    let speed = exp(Double(rank) * min(0.2, 600 / Double(count)))
    let latency = (goal.limitSeconds ?? 1) / 2
    return SweepOutcome(throughput: speed, p50: latency, p99: latency, joulesPerSample: 1 / speed)
  }
}
