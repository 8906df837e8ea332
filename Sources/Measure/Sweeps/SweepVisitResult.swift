/// What came of a visit.
public struct SweepVisitResult: Codable, Hashable, Sendable {
  /// The cell: an index into the plan's cells.
  public var cell: Int
  /// Rounds as far as they were measured, without those whose threads were not where they should be.
  public var rounds: [SweepOutcome]
  /// Seconds of everything: starting, loading, warming up, rounds, parking.
  public var seconds: Double
  /// Of these: starting and loading.
  public var loadSeconds: Double
  /// Of these: warming up.
  public var warmUpSeconds: Double
  /// Whether the cell cannot be measured and is not to be visited again.
  public var hasFailed: Bool

  /// Makes a result.
  public init(
    cell: Int, rounds: [SweepOutcome], seconds: Double, loadSeconds: Double = 0, warmUpSeconds: Double = 0,
    hasFailed: Bool = false
  ) {
    self.cell = cell
    self.rounds = rounds
    self.seconds = seconds
    self.loadSeconds = loadSeconds
    self.warmUpSeconds = warmUpSeconds
    self.hasFailed = hasFailed
  }
}
