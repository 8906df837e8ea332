import Records
import Statistics

extension GateJudge {
  /// The verdict over all cases.
  func summary(
    _ cases: [GateCase], notes: [String], odds: GateOdds, effort: GateResult.Effort?, isUnfit: Bool
  ) -> GateResult {
    let (verdict, reason) = overall(cases, effort, isUnfit: isUnfit)
    return GateResult(verdict: verdict, reason: reason, cases: cases, notes: notes, odds: odds, effort: effort)
  }

  /// A trial of which nothing was measured.
  func nothing(of trial: Trial) -> GateResult {
    let isUnfit = trial.end == .disturbed
    let odds = GateOdds(falseAlarms: alpha, looks: trial.plan.looks, nullAlarms: 0, family: 0, isPaired: true)
    return summary([], notes: [], odds: odds, effort: GateResult.Effort(trial), isUnfit: isUnfit)
  }

  private func overall(_ cases: [GateCase], _ effort: GateResult.Effort?, isUnfit: Bool) -> (Verdict, String) {
    func count(_ verdict: Verdict) -> Int { cases.count { $0.verdict == verdict } }
    func words(_ number: Int) -> String { "\(number) of \(cases.count) case\(cases.count == 1 ? "" : "s")" }
    // Noise has no part in what is certain.
    if isUnfit, !cases.contains(where: \.isCertainRegression) {
      return (
        .unfit,
        "\(effort?.discarded ?? 0) rounds were disturbed, more than the \(effort?.discardLimit ?? 0) that may be; "
          + "measure again when the machine is quiet, or elsewhere."
      )
    }
    if count(.regression) > 0 {
      return (
        .regression,
        "\(words(count(.regression))) \(count(.regression) == 1 ? "is" : "are") worse than the limit allows."
      )
    }
    if let why = effort.flatMap(Self.whyNothing) { return (.inconclusive, why) }
    guard !cases.isEmpty else {
      return (.inconclusive, "There is nothing to judge: no cell has a value that a limit speaks of.")
    }
    if count(.inconclusive) > 0 {
      let open = cases.filter { $0.verdict == .inconclusive }
      if open.allSatisfy({ $0.reason != nil }) {
        return (.inconclusive, "\(words(open.count)) could not be judged, each for a reason of its own; see there.")
      }
      let advice =
        effort == nil
        ? "record more rounds of both, or let the gate measure them in turns."
        : "give more rounds, longer windows (--min-duration) or a larger budget, or measure on a quieter machine."
      return (.inconclusive, "\(words(open.count)) could not be told from the limit; \(advice)")
    }
    let better = cases.count(where: \.isImprovement)
    if better > 0, limits.failsOnImprovement {
      return (
        .regression,
        "\(words(better)) \(better == 1 ? "is" : "are") better than the limit, and improvements fail here: renew the base."
      )
    }
    let improved = better > 0 ? ", \(better) of them better by more than it" : ""
    return (.pass, "\(cases.count == 1 ? "The case is" : "All \(cases.count) cases are") within the limits\(improved).")
  }

  /// Why no round counts; nil where some do.
  private static func whyNothing(_ effort: GateResult.Effort) -> String? {
    guard effort.rounds == 0 else { return nil }
    let ended = effort.end == .interrupted ? "it was interrupted" : "the time was over"
    return effort.discarded > 0
      ? "All rounds were disturbed until \(ended); measure when the machine is quiet, or give a larger budget."
      : "No round was complete when \(ended)\(effort.end == .interrupted ? "." : "; give a larger budget.")"
  }

  /// Rules that protect nothing: an author who misspelt a cell shall know.
  func idleRules(_ base: Record) -> [String] {
    limits.idlePatterns(base.cells.map(\.id)).map {
      "No cell matches `\($0)` of the limits, so that these limit nothing."
    }
      + limits.idleMetrics(base.cells.map(\.cell)).map {
        "No cell of `\($0.pattern)` can have \($0.metric.rawValue), so that its limit limits nothing."
      }
  }
}

extension GateResult.Effort {
  /// What a trial took.
  init(_ trial: Trial) {
    rounds = trial.kept.count
    plannedRounds = trial.plan.rounds
    discarded = trial.discarded.count
    discardLimit = trial.plan.discardLimit
    seconds = trial.rounds.reduce(0) { $0 + $1.seconds }
    end = trial.end
    // Cells and shares differ from round to round.
    let kinds = Dictionary(grouping: trial.discarded.flatMap { Set($0.disturbances.map(Self.kind)) }) { $0 }
    disturbances = kinds.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .map { "\($0.key) in \($0.value.count)" }
    let canaries = trial.rounds.compactMap(\.canaries).flatMap(\.self)
    func range(_ values: [Double]) -> Double? {
      guard let least = values.min(), let most = values.max(), least > 0 else { return nil }
      return most / least - 1
    }
    if let arithmetic = range(canaries.map(\.multiplyAdds)), let memory = range(canaries.map(\.bytes)) {
      canaryRange = .init(arithmetic: arithmetic, memory: memory)
    } else {
      canaryRange = nil
    }
  }

  /// What a disturbance is, without how much of it and where.
  private static func kind(_ disturbance: String) -> String { String(disturbance.prefix { $0 != ":" }) }
}
