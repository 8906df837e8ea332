/// A question that a history cannot answer as it was asked.
public struct HistoryError: Error, Hashable, CustomStringConvertible {
  /// One sentence for the user.
  public let description: String
  /// The exit code of a command that ends with this error.
  public let exitCode: Int32

  /// Makes an error.
  public init(_ description: String, exitCode: Int32) {
    self.description = description
    self.exitCode = exitCode
  }
}
