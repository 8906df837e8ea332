/// What one rung of a sweep measured.
public struct SweepRung: Codable, Hashable, Sendable {
  /// Which part of the sweep it is.
  public let phase: SweepBlock.Phase
  /// Cells with a visit, in order of their first one: indices into the plan's cells.
  public internal(set) var cells: [Int]
  /// Rounds that each cell gets; in the finals, in each process.
  public let rounds: Int
  /// Cells that could not be told apart from the last one kept and yet were dropped before it for want of budget.
  public let tiesDropped: Int
}
