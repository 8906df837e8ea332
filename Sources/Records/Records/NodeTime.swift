/// What one step of a model took: a node, or several that one step computes.
public struct NodeTime: Codable, Hashable, Sendable {
  /// The nodes' names, in execution order; at least one.
  public var nodes: [String]
  /// The first node's operator.
  public var op: String
  /// The implementation, or the kernel that it runs where it says so.
  public var kernel: String
  /// Operations: two for each multiply-accumulate; 0 for nodes that only move or compare.
  public var operations: Int
  /// Bytes of parameters read, at the precision.
  public var weightBytes: Int
  /// Bytes of activations read and written, in their formats.
  public var activationBytes: Int
  /// Inferences that were timed.
  public var runs: Int
  /// The median time in nanoseconds.
  public var median: Int64
  /// The shortest time in nanoseconds.
  public var least: Int64

  /// Makes a node's account.
  public init(
    nodes: [String], op: String, kernel: String, operations: Int, weightBytes: Int, activationBytes: Int, runs: Int,
    median: Int64, least: Int64
  ) {
    self.nodes = nodes
    self.op = op
    self.kernel = kernel
    self.operations = operations
    self.weightBytes = weightBytes
    self.activationBytes = activationBytes
    self.runs = runs
    self.median = median
    self.least = least
  }

  /// Whether the figures can be.
  var isSound: Bool {
    !nodes.isEmpty && operations >= 0 && weightBytes >= 0 && activationBytes >= 0 && runs >= 1 && least >= 0
      && median >= least
  }
}
