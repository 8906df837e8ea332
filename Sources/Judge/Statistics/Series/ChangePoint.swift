/// Where the distribution of a series changes.
public struct ChangePoint: Codable, Hashable, Sendable {
  /// The index of the first value after the change.
  public let index: Int
  /// How often values in random order show a change as clear, from the permutation test.
  public let p: Double
  /// The median from the change before, or the beginning, up to this one.
  public let before: Double
  /// The median from this change up to the next, or the end.
  public let after: Double
}
