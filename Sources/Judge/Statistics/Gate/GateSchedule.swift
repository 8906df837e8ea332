/// The levels of a rule's looks, one after the other: what a look cannot spend is left to those after it.
struct GateSchedule {
  private let rule: GateRule
  private let family: Int
  private var index = 0
  private var spent = 0.0

  init(_ rule: GateRule, family: Int) {
    self.rule = rule
    self.family = max(1, family)
  }

  /// The level of the next look.
  ///
  /// - Parameter counts: The different numbers of differences that the comparisons have by then.
  mutating func next(counts: Set<Int>) -> GateLook {
    let rounds = rule.looks[index]
    let share = Double(rounds) / Double(rule.looks[rule.looks.count - 1])
    let level = max(0, rule.spending.spent(share, alpha: rule.alpha) - spent)
    // Any number of the family may not be worse; the first false alarm among m0 has m0 chances at level / m0.
    var attained = 0.0
    for count in counts where level > 0 {
      let distribution = count <= SignedRank.mostExact ? SignedRankDistribution.untied(count) : nil
      for others in 1...family {
        let single = level / Double(others)
        guard let distribution else {
          attained = level
          break
        }
        let sums = distribution.tail(single)
        if sums == 0 { break }
        attained = max(attained, Double(others) * distribution.lower(sums - 1))
      }
    }
    index += 1
    // No more than the level, which the products may exceed by a rounding.
    attained = min(attained, level)
    spent += attained
    return GateLook(rounds: rounds, level: level, attained: attained)
  }
}
