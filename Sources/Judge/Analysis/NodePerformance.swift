/// One step of a model against what the machine could do at most.
public struct NodePerformance: Codable, Hashable, Sendable {
  /// The nodes' names.
  public let nodes: [String]
  /// The first node's operator.
  public let op: String
  /// The kernel or the implementation.
  public let kernel: String
  /// Seconds: the median of the rounds' medians.
  public let seconds: Double
  /// Seconds of the fastest run of all rounds.
  public let leastSeconds: Double
  /// Its part of the sum over all nodes, 0 to 1.
  public let timeShare: Double
  /// Operations; 0 for nodes that only move or compare.
  public let operations: Int
  /// Bytes of parameters and activations that must be moved at least.
  public let bytes: Int
  /// Operations per byte; 0 without operations, nil where nothing is moved.
  public let intensity: Double?
  /// Operations per second; 0 without operations.
  public let rate: Double
  /// Bytes per second.
  public let bandwidth: Double
  /// What could be at most; nil where the roofline does not say.
  public let ceiling: Ceiling?

  /// The bound of a node.
  public struct Ceiling: Codable, Hashable, Sendable {
    /// What binds.
    public let bound: Bound
    /// Seconds that the node takes at least.
    public let seconds: Double
    /// Operations per second at most; 0 without operations.
    public let rate: Double
    /// The reached part: the least seconds over the seconds that it took.
    public let share: Double
    /// The level that the weights come from.
    public let weightLevel: String
    /// The level that the activations stay in.
    public let activationLevel: String
  }

  /// What limits a node.
  public enum Bound: String, Codable, Hashable, Sendable {
    /// The arithmetic of its precision.
    case compute
    /// The movement of its bytes.
    case memory
  }
}
