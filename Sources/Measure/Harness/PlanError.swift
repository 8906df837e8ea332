/// A run that cannot be planned as asked.
public struct PlanError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right, as a clause.
  public let reason: String

  /// Makes an error.
  public init(reason: String) { self.reason = reason }

  /// One sentence for the user.
  public var description: String {
    reason.prefix(1).uppercased() + reason.dropFirst() + (reason.hasSuffix("?") || reason.hasSuffix(".") ? "" : ".")
  }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 { 64 }
}
