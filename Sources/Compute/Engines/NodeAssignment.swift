import ModelGraph
import NumericFormats
import Tensors

/// Which implementation runs a node, why the ones before it declined, and what the node costs.
public struct NodeAssignment: Codable, Hashable, Sendable {
  /// The node's name.
  public let node: String
  /// The operator's name.
  public let op: String
  /// The first result's extents; empty where only a run decides them.
  public let shape: [Int]
  /// The first result's number format, or its element type where that is not FP32.
  public let format: String
  /// The implementation that runs it.
  public let implementation: String
  /// The imported nodes that became this one; empty for graphs that were built.
  public let origins: [String]
  /// Implementations asked before, each with its reason.
  public let declined: [Declined]
  /// Multiply-accumulate operations.
  public let multiplyAccumulates: Int
  /// Elements of parameters and constants.
  public let parameters: Int
  /// Bytes of parameters read, at the precision.
  public let weightBytes: Int
  /// Bytes of activations read and written, in their formats.
  public let activationBytes: Int

  /// An implementation that does not compute a node.
  public struct Declined: Codable, Hashable, Sendable {
    /// Its name.
    public let implementation: String
    /// Why, as a short phrase.
    public let reason: String
  }

  /// An assignment together with the implementation itself.
  struct Choice {
    let implementation: any OperatorImplementation
    let assignment: NodeAssignment
  }

  /// What `engine` would run for each node of `graph` at `precision`, without weights or memory.
  ///
  /// Nothing is calibrated: INT8 formats have placeholder scales, which the assignment does not show.
  public static func explain(
    _ graph: ModelGraph, engine: any Engine, precision: Precision
  ) throws -> [NodeAssignment] {
    var ranges: [String: ValueRange] = [:]
    if precision == .int8 {
      for tensor in graph.tensors { ranges[tensor.name] = ValueRange(least: 0, greatest: 1) }
    }
    let lowered = try Lowering.lower(graph, to: precision, calibration: Calibration(ranges: ranges, samples: 0))
    return try choose(lowered, engine: engine).map(\.assignment)
  }

  /// The first implementation of `engine` that accepts each node.
  static func choose(_ model: LoweredModel, engine: any Engine) throws(UnsupportedNodeError) -> [Choice] {
    var choices: [Choice] = []
    for node in model.graph.nodes {
      var declined: [Declined] = []
      var chosen: (any OperatorImplementation)?
      for implementation in engine.implementations {
        switch implementation.accepts(node, in: model) {
        case .yes: chosen = implementation
        case .no(let reason): declined.append(Declined(implementation: implementation.name, reason: reason))
        }
        if chosen != nil { break }
      }
      guard let chosen else { throw UnsupportedNodeError(engine: engine.name, node: node.name, op: node.op.name) }
      choices.append(
        Choice(
          implementation: chosen, assignment: NodeAssignment(node, model, chosen.name(for: node), declined)))
    }
    return choices
  }

  private init(_ node: Node, _ model: LoweredModel, _ implementation: String, _ declined: [Declined]) {
    let graph = model.graph
    self.node = node.name
    self.op = node.op.name
    self.shape = graph[node.output].shape.dims
    let elementType = graph[node.output].elementType
    self.format = elementType == .float32 ? model.format(of: node.output).name : elementType.rawValue
    self.implementation = implementation
    self.origins = node.origins
    self.declined = declined
    self.multiplyAccumulates = graph.multiplyAccumulates(of: node)
    let constants = node.inputs.filter { graph[$0].parameter != nil }
    self.parameters =
      node.parameters.reduce(0) { $0 + graph[$1].shape.count } + constants.reduce(0) { $0 + graph[$1].shape.count }
    self.weightBytes = model.weightBytesMoved(by: node)
    self.activationBytes = model.activationBytesMoved(by: node)
  }
}

/// A node that no implementation of an engine computes.
public struct UnsupportedNodeError: Error, Hashable, CustomStringConvertible {
  /// The engine's name.
  public let engine: String
  /// The node's name.
  public let node: String
  /// The operator's name.
  public let op: String

  /// One sentence for the user.
  public var description: String { "Engine \(engine) has no implementation of \(op) for node \(node)." }
}
