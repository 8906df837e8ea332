import Tensors

/// Builds a ``ModelGraph`` node by node, inferring every shape and refusing what does not fit.
public struct GraphBuilder {
  private let name: String
  private var tensors: [TensorInfo] = []
  private var parameters: [ParameterInfo] = []
  private var nodes: [Node] = []
  private var inputs: [TensorID] = []

  /// Starts an empty graph.
  public init(name: String) { self.name = name }

  /// Declares an input.
  public mutating func input(_ name: String, shape: Shape, elementType: ElementType = .float32) -> TensorID {
    let id = declare(TensorInfo(name: name, shape: shape, elementType: elementType))
    inputs.append(id)
    return id
  }

  /// Appends a node whose parameters are new, and returns its output.
  ///
  /// Parameter names are the node's name, a dot and the given suffix.
  /// - Throws: ``GraphError`` where inputs and parameters do not fit the operator.
  public mutating func node(
    _ name: String, _ op: Operator, inputs: [TensorID],
    parameters new: [(suffix: String, role: ParameterRole, Shape)] = []
  ) throws(GraphError) -> TensorID {
    let shape = try op.outputShape(
      node: name, inputs: inputs.map { tensors[$0.index].shape }, parameters: new.map { $0.2 })
    var ids: [ParameterID] = []
    for (suffix, role, shape) in new {
      ids.append(ParameterID(index: parameters.count))
      parameters.append(ParameterInfo(name: "\(name).\(suffix)", shape: shape, role: role))
    }
    let output = declare(TensorInfo(name: name, shape: shape, elementType: .float32))
    nodes.append(Node(name: name, op: op, inputs: inputs, parameters: ids, outputs: [output]))
    return output
  }

  /// The shape of a tensor declared so far.
  public func shape(of id: TensorID) -> Shape { tensors[id.index].shape }

  /// The finished graph.
  public func build(outputs: [TensorID]) -> ModelGraph {
    ModelGraph(
      name: name, tensors: tensors, parameters: parameters, nodes: nodes, inputs: inputs, outputs: outputs)
  }

  private mutating func declare(_ info: TensorInfo) -> TensorID {
    tensors.append(info)
    return TensorID(index: tensors.count - 1)
  }
}

/// A node whose inputs or parameters do not fit its operator.
public struct GraphError: Error, Hashable, CustomStringConvertible {
  /// The node's name.
  public let node: String
  /// What does not fit, and what would.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "Node \(node): \(reason)." }
}
