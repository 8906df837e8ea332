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
  /// How the first result is held (``Storage/name``); nil for floats in the declared order.
  public let storage: String?
  /// The implementation that runs it.
  public let implementation: String
  /// The node whose step computes this one too; nil for a node that has its own step.
  public let stepOf: String?
  /// What the step runs; nil for nodes without a step of their own and where there is nothing to say.
  public let step: StepDescription?
  /// Whether its values are held in their formats, or floats imitate them.
  public let execution: Execution
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
  /// Bytes of activations read and written, in their formats; what nodes of one step hand each other does not count.
  public let activationBytes: Int

  /// An implementation that does not compute a node.
  public struct Declined: Codable, Hashable, Sendable {
    /// Its name.
    public let implementation: String
    /// Why, as a short phrase.
    public let reason: String
  }

  /// What `engine` would run for each node of `graph` at `precision`, without weights or memory.
  ///
  /// Nothing is calibrated: INT8 formats have placeholder scales, which the assignment does not show.
  public static func explain(
    _ graph: ModelGraph, engine: any Engine, precision: Precision, target: Target = Target()
  ) throws -> [NodeAssignment] {
    let numerics = NumericsAssignment(engine.contract(for: precision, on: target.features))
    return try explain(graph, engine: engine, numerics: numerics, target: target)
  }

  /// The same for any contracts.
  public static func explain(
    _ graph: ModelGraph, engine: any Engine, numerics: NumericsAssignment, target: Target = Target()
  ) throws -> [NodeAssignment] {
    var ranges: [String: ValueRange] = [:]
    if numerics.needsCalibration {
      for tensor in graph.tensors { ranges[tensor.name] = ValueRange(least: 0, greatest: 1) }
    }
    let lowered = try Lowering.lower(
      graph, to: numerics, calibration: Calibration(ranges: ranges, samples: 0),
      for: Target(engine, numerics, features: target.features, threads: target.threads, caches: target.caches))
    let options = Selection.Options()
    let arranged = try Arrangement.arrange(lowered, for: engine, options)
    return try all(of: Selection(arranged, engine: engine, options), in: arranged)
  }

  /// One for each node, in execution order.
  static func all(of selection: Selection, in model: LoweredModel) -> [NodeAssignment] {
    selection.groups.flatMap { group in
      group.nodes.map { NodeAssignment(model.graph.nodes[$0], isFirst: $0 == group.nodes.lowerBound, group, model) }
    }
  }

  private init(_ node: Node, isFirst: Bool, _ group: Selection.Group, _ model: LoweredModel) {
    let graph = model.graph
    let leader = graph.nodes[group.nodes.lowerBound]
    self.node = node.name
    self.op = node.op.name
    self.shape = graph[node.output].shape.dims
    let elementType = graph[node.output].elementType
    self.format = elementType == .float32 ? model.format(of: node.output).name : elementType.rawValue
    let storage = model.storage(of: node.output)
    self.storage = storage == .floats ? nil : storage.name
    self.implementation = group.implementation.name(for: leader)
    self.stepOf = isFirst ? nil : leader.name
    self.step =
      isFirst
      ? group.implementation.description(of: node, followers: graph.nodes[group.nodes].dropFirst(), in: model) : nil
    let isImitated = (node.inputs + node.outputs).contains {
      let format = model.format(of: $0)
      return format != .fp32 && (format.isHeldAsFloats || model.storage(of: $0) == .floats)
    }
    self.execution = isImitated ? .emulated : .native
    self.origins = node.origins
    self.declined = isFirst ? group.declined : []
    self.multiplyAccumulates = graph.multiplyAccumulates(of: node)
    let constants = node.inputs.filter { graph[$0].parameter != nil }
    self.parameters =
      node.parameters.reduce(0) { $0 + graph[$1].shape.count } + constants.reduce(0) { $0 + graph[$1].shape.count }
    self.weightBytes = model.weightBytesMoved(by: node)
    self.activationBytes = model.activationBytesMoved(by: node, without: group.inner)
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

  /// Why not, where more can be said than that no implementation is for it.
  public let reason: String?

  init(engine: String, node: String, op: String, reason: String? = nil) {
    (self.engine, self.node, self.op, self.reason) = (engine, node, op, reason)
  }

  /// One sentence for the user.
  public var description: String {
    "Engine \(engine) has no implementation of \(op) for node \(node)\(reason.map { ": \($0)" } ?? "")."
  }
}
