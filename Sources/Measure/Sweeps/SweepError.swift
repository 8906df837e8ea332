/// Why a sweep cannot be: a goal that does not parse, lists that leave nothing, results that do not belong to it.
public struct SweepError: Error, Hashable, CustomStringConvertible, Sendable {
  /// One sentence for the user: what is wrong, where, and what would be right.
  public let description: String

  init(_ description: String) { self.description = description }
}
