/// One look of a gate: what it may spend on false alarms, and what it can.
public struct GateLook: Codable, Hashable, Sendable {
  /// The number of rounds at which it happens.
  public let rounds: Int
  /// What the adjusted p-values of the family are held against.
  public let level: Double
  /// The share of families without a regression in which this look raises a false alarm, at most: below ``level``, because rank
  /// sums are whole numbers; 0 where so few rounds can never be significant.
  public let attained: Double

  /// Whether any cell can be called a regression at this look.
  public var canDecide: Bool { attained > 0 }
}
