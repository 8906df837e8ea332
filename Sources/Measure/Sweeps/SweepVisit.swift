/// Some rounds of one cell in a row.
public struct SweepVisit: Codable, Hashable, Sendable {
  /// The cell: an index into the plan's cells.
  public let cell: Int
  /// Rounds to measure.
  public let rounds: Int
  /// Whether new processes are started for it; else those that were parked by the visit before go on.
  public let isFresh: Bool
  /// Whether its processes stay alive afterwards, using no CPU; else they end.
  public let parks: Bool
  /// Seconds: where the median latency of a round is above it, the visit ends with that round; nil for no such limit.
  public let stopsAboveMedian: Double?
}
