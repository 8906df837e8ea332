/// How a sweep spends its time.
public struct SweepSettings: Codable, Hashable, Sendable {
  /// What is looked for.
  public var goal: SweepGoal
  /// Seconds that everything may take; infinity for as long as it takes.
  public var budget: Double
  /// Decides the order of visits and which cells are left out where the budget cannot hold all.
  public var seed: UInt64
  /// Whether every cell gets two processes of rounds; else halving drops cells.
  public var isFullGrid: Bool
  /// Seconds of a round.
  public var roundSeconds: Double
  /// Cells that are measured to the end, beside those tied with them.
  public var finalists: Int
  /// Bytes that all processes alive at the same time may take; nil where nobody knows a limit.
  public var parkedBytes: Int?
  /// Instances that may be alive at the same time.
  public var parkedInstances: Int
  /// Visits from one canary to the next.
  public var canaryDistance: Int
  /// Seconds that a canary takes.
  public var canarySeconds: Double
  /// Seconds that a parked process takes to be as warm as before.
  public var wakeSeconds: Double

  /// Makes settings; only the goal and the budget have to be said.
  public init(
    goal: SweepGoal, budget: Double, seed: UInt64 = 1, isFullGrid: Bool = false, roundSeconds: Double = 1,
    finalists: Int = 3, parkedBytes: Int? = nil, parkedInstances: Int = 256, canaryDistance: Int = 4,
    canarySeconds: Double = 0.1, wakeSeconds: Double = 0.05
  ) {
    self.goal = goal
    self.budget = budget
    self.seed = seed
    self.isFullGrid = isFullGrid
    self.roundSeconds = roundSeconds
    self.finalists = max(1, finalists)
    self.parkedBytes = parkedBytes
    self.parkedInstances = max(1, parkedInstances)
    self.canaryDistance = max(1, canaryDistance)
    self.canarySeconds = max(0, canarySeconds)
    self.wakeSeconds = max(0, wakeSeconds)
  }

  /// A canary's share of one visit.
  var canaryShare: Double { canarySeconds / Double(canaryDistance) }
}
