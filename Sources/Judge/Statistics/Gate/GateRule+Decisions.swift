extension GateRule {
  /// What was decided, and how far the looks went.
  public struct Decisions: Codable, Hashable, Sendable {
    /// One for each comparison, in their order.
    public let decisions: [GateDecision]
    /// The looks that were taken.
    public let looks: [GateLook]
    /// The number of rounds of the next look; nil where everything is decided or there is no look left.
    public let nextRounds: Int?
  }

  /// Decides about a family of comparisons with the rounds that there are.
  ///
  /// Replays the looks from the first on, each with the rounds that there were then, so that a decision once made stays. Stops
  /// at the look at which nothing is left to decide, even where there are later rounds.
  ///
  /// - Parameters:
  ///   - comparisons: All cells and metrics that may fail the gate. Leaving out some afterwards would undo Holm's correction.
  ///   - isOver: There will be no more rounds: what is undecided becomes inconclusive.
  public func decide(_ comparisons: [GateComparison], isOver: Bool = false) -> Decisions {
    var decisions = [GateDecision](repeating: GateDecision(), count: comparisons.count)
    let rounds = comparisons.reduce(0) { max($0, $1.effects.count) }
    var schedule = GateSchedule(self, family: comparisons.count)
    var taken: [GateLook] = []
    for index in looks.indices where looks[index] <= rounds {
      guard decisions.contains(where: { $0.verdict == .undecided }) else { break }
      let effects = comparisons.map { $0.effects.prefix(looks[index]).compactMap { $0 } }
      let look = schedule.next(counts: Set(effects.map(\.count)).subtracting([0]))
      taken.append(look)
      decide(comparisons, effects, at: index, look, &decisions)
    }
    let isOpen = decisions.contains { $0.verdict == .undecided }
    let isLast = isOver || taken.count == looks.count
    if isLast {
      for index in decisions.indices where decisions[index].verdict == .undecided {
        decisions[index].verdict = .inconclusive
      }
    }
    return Decisions(decisions: decisions, looks: taken, nextRounds: isOpen && !isLast ? looks[taken.count] : nil)
  }

  private func decide(
    _ comparisons: [GateComparison], _ effects: [[Double]], at index: Int, _ look: GateLook,
    _ decisions: inout [GateDecision]
  ) {
    var worse: [Double] = []
    var better: [Double] = []
    var passes: [Double?] = []
    for (place, comparison) in comparisons.enumerated() {
      let limit = comparison.limit(after: look.rounds, self).logarithm
      let open = decisions[place].verdict == .undecided
      let above = open ? CautiousSignedRank(effects[place], shift: limit) : nil
      let isKnown = decisions[place].isImprovement
      let below = isKnown ? nil : CautiousSignedRank(effects[place], shift: -limit)
      // A rejected hypothesis makes room for the others, one that passed does not.
      worse.append(above?.greater ?? (decisions[place].verdict == .regression ? 0 : 1))
      better.append(below?.less ?? (isKnown ? 0 : 1))
      passes.append(above?.less)
    }
    let (worseAdjusted, betterAdjusted) = (Holm.adjusted(worse), Holm.adjusted(better))
    for place in decisions.indices where !effects[place].isEmpty {
      if decisions[place].verdict == .undecided {
        decisions[place].look = index
        decisions[place].p = worseAdjusted[place]
        decisions[place].passP = passes[place]
        if worseAdjusted[place] <= look.level {
          decisions[place].verdict = .regression
        } else if let p = passes[place], p <= look.level {
          decisions[place].verdict = .pass
        }
      }
      if !decisions[place].isImprovement {
        decisions[place].improvementP = betterAdjusted[place]
        decisions[place].isImprovement = betterAdjusted[place] <= look.level
      }
    }
  }
}
