/// A model that cannot be served as asked.
public struct ServingError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right, as a clause.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The model cannot be served: \(reason)." }
}
