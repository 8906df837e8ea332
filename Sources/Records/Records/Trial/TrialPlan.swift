/// What a trial may do, fixed before its first round: looking at results must not decide how long is measured but at the looks.
public struct TrialPlan: Codable, Hashable, Sendable {
  /// Seed of orders and paddings.
  public var seed: UInt64
  /// Numbers of rounds after which it is looked whether everything is decided; the last one is the most.
  public var looks: [Int]
  /// Seconds that it may take.
  public var budgetSeconds: Double
  /// Rounds that may be discarded before the environment counts as unfit.
  public var discardLimit: Int

  /// Makes a plan.
  public init(seed: UInt64, looks: [Int], budgetSeconds: Double, discardLimit: Int) {
    self.seed = seed
    self.looks = looks
    self.budgetSeconds = budgetSeconds
    self.discardLimit = discardLimit
  }

  /// The most rounds that count.
  public var rounds: Int { looks.last ?? 0 }

  /// The most looks.
  public static let lookLimit = 100

  /// What cannot be about it as a clause, or nil.
  var problem: String? {
    guard !looks.isEmpty, looks.count <= Self.lookLimit, zip(looks, looks.dropFirst()).allSatisfy({ $0 < $1 }),
      looks.allSatisfy({ RunFigure.rounds.problem(Double($0)) == nil })
    else { return "its looks cannot be" }
    guard budgetSeconds.isFinite, budgetSeconds > 0 else { return "its budget cannot be" }
    return discardLimit >= 0 ? nil : "its limit of discarded rounds is negative"
  }
}
