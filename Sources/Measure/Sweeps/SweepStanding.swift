/// Where a cell stands.
public struct SweepStanding: Codable, Hashable, Sendable {
  /// The cell: an index into the plan's cells.
  public let cell: Int
  /// The medians of its rounds.
  public let outcome: SweepOutcome
  /// How good that is.
  public let score: SweepScore
  /// Whether it cannot be told apart from the best one, by the criterion that drops cells.
  public let isTiedWithBest: Bool
  /// Processes that measured it.
  public let processes: Int
  /// Rounds of all of them.
  public let rounds: Int
}
