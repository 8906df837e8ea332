/// Something that a model uses and Assay has not, with every node that it stops.
public struct UnsupportedOperator: Hashable, Codable, Sendable {
  /// The operator's name, with its domain before it where that is not the standard's: `Loop`, `com.microsoft.FusedConv`.
  public let name: String
  /// Why not, as a clause.
  public let reason: String
  /// The number of nodes.
  public var count: Int
  /// The first of them.
  public let firstNode: String

  /// Makes an entry.
  public init(name: String, reason: String, count: Int = 1, firstNode: String) {
    self.name = name
    self.reason = reason
    self.count = count
    self.firstNode = firstNode
  }
}
