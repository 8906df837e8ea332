/// A test that cannot be run.
public struct LoadTestError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The test cannot be run: \(reason)." }
}
