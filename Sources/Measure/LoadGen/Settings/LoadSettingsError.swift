/// Settings that cannot be run.
public struct LoadSettingsError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The load settings cannot be run: \(reason)." }
}
