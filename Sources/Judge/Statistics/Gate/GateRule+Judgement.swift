import Glibc

extension GateRule {
  /// Decides as ``decide(_:isOver:)`` does, and computes the figures to print with it.
  public func judge(_ comparisons: [GateComparison], isOver: Bool = false) -> GateJudgement {
    let decided = decide(comparisons, isOver: isOver)
    let family = comparisons.count
    let outcomes = zip(comparisons, decided.decisions).map { comparison, decision in
      outcome(comparison, decision, decided.looks, family: family)
    }
    return GateJudgement(
      rule: self, outcomes: outcomes, looks: decided.looks, nextRounds: decided.nextRounds,
      falseAlarmBound: falseAlarmBound(family: family), nullAlarms: nullAlarms(comparisons, outcomes))
  }

  private func outcome(
    _ comparison: GateComparison, _ decision: GateDecision, _ taken: [GateLook], family: Int
  ) -> GateOutcome {
    let look = decision.look.map { taken[$0] }
    let rounds = look?.rounds ?? comparison.effects.count
    let effects = comparison.effects.prefix(rounds).compactMap { $0 }
    let limit = comparison.limit(after: rounds, self)
    func bound(_ side: TestSide, _ share: Double) -> Double? {
      look.flatMap { SignedRank.bound(effects, side, level: $0.level / share) }
    }
    return GateOutcome(
      id: comparison.id, decision: decision, pairs: effects.count, limit: expm1(limit.logarithm),
      limitSource: limit.source, estimate: SignedRank.hodgesLehmann(effects), interval: SignedRank.interval(effects),
      lowerBound: bound(.greater, Double(family)), upperBound: bound(.less, 1),
      nullHalfWidth: comparison.nullHalfWidth(after: rounds),
      minimumDetectableEffect: minimumDetectableEffect(
        null: comparison.null.compactMap { $0 }, limit: expm1(limit.logarithm), family: family))
  }

  private func nullAlarms(_ comparisons: [GateComparison], _ outcomes: [GateOutcome]) -> GateJudgement.NullAlarms? {
    let nulls = zip(comparisons, outcomes).compactMap { comparison, outcome in
      comparison.null.contains { $0 != nil } ? comparison.ofNull(limit: outcome.limit) : nil
    }
    guard !nulls.isEmpty else { return nil }
    let decisions = decide(nulls, isOver: true).decisions
    let alarmed = zip(nulls, decisions).filter { $1.verdict == .regression || $1.isImprovement }.map(\.0.id)
    return GateJudgement.NullAlarms(alarms: alarmed.count, count: nulls.count, ids: alarmed)
  }
}
