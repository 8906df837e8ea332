/// A machine as the history tells machines apart.
public struct StoredMachine: Codable, Hashable, Sendable {
  /// What is equal for records of one machine; short enough to be typed.
  public let key: String
  /// What people know it by, for example its CPU and memory.
  public let facts: String

  /// Makes a machine.
  public init(key: String, facts: String) {
    self.key = key
    self.facts = facts
  }
}
