/// What was asked for of an instance's memory: set before the process loads anything, and observed in every round.
public struct MemoryPlacement: Codable, Hashable, Sendable {
  /// On which nodes pages may lie; nil for the system's own policy.
  public let policy: MemoryPolicy?
  /// The NUMA nodes (OS indices) that the policy names, one list an instance; empty for `local`, which names none.
  public let nodes: [[Int]]
  /// Whether memory may lie in huge pages; nil for what the system and the engines do by themselves.
  public let hugePages: Bool?

  /// Makes a request.
  public init(policy: MemoryPolicy?, nodes: [[Int]] = [], hugePages: Bool? = nil) {
    self.policy = policy
    self.nodes = nodes
    self.hugePages = hugePages
  }

  /// What was asked for, in the words of a cell's id.
  public var variations: [String] {
    [policy.map { "memory-\($0.rawValue)" }, hugePages.map { $0 ? "huge-pages" : "small-pages" }].compactMap(\.self)
  }

  func problem(instances: Int) -> String? {
    guard nodes.allSatisfy({ $0.allSatisfy { (0..<4096).contains($0) } }) else { return "a memory node cannot be" }
    guard let policy, policy != .local else { return nil }
    guard nodes.count == instances, nodes.allSatisfy({ !$0.isEmpty }) else {
      return "its memory policy \(policy.rawValue) does not name nodes for every instance"
    }
    return nil
  }
}

/// Where Linux takes pages from, in numactl's words. Source: set_mempolicy(2).
public enum MemoryPolicy: String, Codable, CaseIterable, Hashable, Sendable {
  /// The node of the CPU that touches a page first; other nodes where it is full.
  case local
  /// Page by page from all nodes in turn.
  case interleave
  /// Only the instance's own nodes: memory that they do not have is an error.
  case bind
}
