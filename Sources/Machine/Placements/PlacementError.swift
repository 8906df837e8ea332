/// Why words do not parse, or why a machine has no layout for them.
public struct PlacementError: Error, Hashable, CustomStringConvertible, Sendable {
  /// One sentence for the user: what is wrong, where, and what would be right.
  public let description: String
  /// For words that do not parse: the position of the first character that does not fit, from 1; else nil.
  public let position: Int?

  init(_ description: String, position: Int? = nil) {
    self.description = description
    self.position = position
  }
}
