/// When a gate says that a candidate is slower than its base: a test whose false alarms are counted out beforehand.
///
/// **What is compared.** Each round runs the arms A1 (base), B (candidate) and A2 (base again) once, in random order. The
/// effect of a round is ln(B/A1) with the sign that makes worse positive; ln(A2/A1) is the null.
///
/// **Why the test holds under any noise.** Take a base and a candidate that behave alike, and whatever the machine did in the
/// slots of all rounds: drift, bursts, two modes, dependence from run to run. Which arm ran in which slot was drawn afresh in
/// each round and does not depend on that. Given the two slots that A1 and B had between them, either order was equally likely,
/// so the effect of the round had the one sign or the other with probability 1/2, and rounds were drawn independently of each
/// other. That is all that the signed-rank test assumes: its distribution is then a property of how the arms were drawn
/// (Fisher's randomisation), not of the noise. The same is true of effects less a constant where the candidate multiplies every
/// value by that constant. It needs rounds to be discarded, if at all, for reasons that do not depend on which arm is which.
///
/// **Multiplicity.** Looks are at fixed numbers of rounds. What look k may spend is what the spending function allows until
/// then less what earlier looks could spend at most; these sum up to alpha by the union bound, so no joint distribution of
/// looks is needed and each look can have an exact test. Over the cells of a family Holm's correction runs at every look; what
/// was called a regression at an earlier look counts as rejected there, what passed keeps its place in the family. The first
/// false alarm of a family with m0 cells that are not worse needs one of these to have p <= level / m0, so that it has at most
/// m0 times the attained level of a single test.
///
/// **Ties.** Equal effects are broken against the decision: the number of positive means of pairs is held against the
/// distribution without ties, which can only make a decision rarer. The bounds that are printed then agree with the decisions.
public struct GateRule: Codable, Hashable, Sendable {
  /// The share of families without a regression in which any cell is called one.
  public let alpha: Double
  /// The numbers of rounds at which the gate looks.
  public let looks: [Int]
  /// How ``alpha`` is shared out over the looks.
  public let spending: AlphaSpending
  /// The least practical limit where it is not given, as a ratio less 1.
  public let leastLimit: Double

  /// Below this many rounds nothing can be significant at 5 %, two-sided: the least p of n differences is 2^(1-n).
  public static let leastRounds = 6
  /// No gate runs so many rounds.
  public static let mostRounds = 10_000

  /// Makes a rule.
  ///
  /// - Throws: ``GateRuleFault`` for an alpha out of (0, 0.5], for looks that do not ascend, of which the first is below 6
  ///   rounds or the last above 10,000, and for a limit that is negative or not finite.
  public init(
    alpha: Double = 0.05, looks: [Int] = [10, 15, 20], spending: AlphaSpending = .obrienFleming,
    leastLimit: Double = 0.03
  ) throws {
    guard alpha > 0, alpha <= 0.5 else { throw GateRuleFault.alpha(alpha) }
    guard let first = looks.first, let last = looks.last, first >= Self.leastRounds, last <= Self.mostRounds,
      zip(looks, looks.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw GateRuleFault.looks(looks) }
    guard leastLimit >= 0, leastLimit.isFinite else { throw GateRuleFault.limit(leastLimit) }
    self.alpha = alpha
    self.looks = looks
    self.spending = spending
    self.leastLimit = leastLimit
  }

  /// Reads a rule, with the same conditions as for making one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      alpha: container.decode(Double.self, forKey: .alpha), looks: container.decode([Int].self, forKey: .looks),
      spending: container.decode(AlphaSpending.self, forKey: .spending),
      leastLimit: container.decode(Double.self, forKey: .leastLimit))
  }

  /// What each look may spend over a family of comparisons, and what it can spend, if every comparison has all rounds.
  public func plan(family: Int) -> [GateLook] {
    var schedule = GateSchedule(self, family: family)
    return looks.indices.map { schedule.next(counts: [looks[$0]]) }
  }

  /// The largest share of families without a regression in which this rule calls any cell one: below ``alpha``, because rank
  /// sums are whole numbers.
  public func falseAlarmBound(family: Int) -> Double { plan(family: family).reduce(0) { $0 + $1.attained } }

  /// The fewest rounds of a single look after which one cell of a family can be called a regression at all: the least p-value
  /// of n rounds is 2^-n, and Holm's correction multiplies it by the size of the family.
  public func leastRounds(family: Int) -> Int {
    var rounds = 1
    var p = 0.5 * Double(max(1, family))
    while p > alpha {
      p /= 2
      rounds += 1
    }
    return max(rounds, Self.leastRounds)
  }
}
