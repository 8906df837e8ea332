import Tensors

/// A neural network as a list of nodes in execution order over declared tensors and parameters.
///
/// A graph has a fixed batch and fixed shapes; build another one for another batch. Make one with ``GraphBuilder``.
public struct ModelGraph: Hashable, Codable, Sendable {
  /// The model's name, for example `resnet50`.
  public let name: String
  /// Every activation, inputs first.
  public let tensors: [TensorInfo]
  /// Every trained or seeded constant.
  public let parameters: [ParameterInfo]
  /// The operations in execution order.
  public let nodes: [Node]
  /// The tensors that the caller fills.
  public let inputs: [TensorID]
  /// The tensors that the caller reads.
  public let outputs: [TensorID]

  /// Makes a graph as it is; ``GraphBuilder`` and importers check what they make.
  public init(
    name: String, tensors: [TensorInfo], parameters: [ParameterInfo], nodes: [Node], inputs: [TensorID],
    outputs: [TensorID]
  ) {
    self.name = name
    self.tensors = tensors
    self.parameters = parameters
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The declaration of a tensor.
  public subscript(_ id: TensorID) -> TensorInfo { tensors[id.index] }
  /// The declaration of a parameter.
  public subscript(_ id: ParameterID) -> ParameterInfo { parameters[id.index] }

  /// The number of parameter elements: weights, biases, embeddings and normalisation factors.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }
}

/// An activation's place in its graph.
public struct TensorID: Hashable, Codable, Sendable {
  /// The index into ``ModelGraph/tensors``.
  public let index: Int

  /// Makes the id of tensor `index`.
  public init(index: Int) { self.index = index }
}

/// A parameter's place in its graph.
public struct ParameterID: Hashable, Codable, Sendable {
  /// The index into ``ModelGraph/parameters``.
  public let index: Int

  /// Makes the id of parameter `index`.
  public init(index: Int) { self.index = index }
}

/// The declaration of an activation.
public struct TensorInfo: Hashable, Codable, Sendable {
  /// The producing node's name, or the input's.
  public let name: String
  /// The extents.
  public let shape: Shape
  /// The element type in memory at full precision.
  public let elementType: ElementType
  /// The parameter that holds the values, for a tensor that nodes read like an activation and nobody writes.
  public let parameter: ParameterID?
  /// Whether the extents are known only while the model runs; `shape` is then empty and takes no memory in the arena.
  public let isDynamic: Bool

  /// Makes a declaration.
  public init(
    name: String, shape: Shape, elementType: ElementType, parameter: ParameterID? = nil, isDynamic: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.parameter = parameter
    self.isDynamic = isDynamic
  }

  /// Element type and extents in one.
  public var type: TensorType { TensorType(elementType, shape) }
}

/// The declaration of a parameter.
public struct ParameterInfo: Hashable, Codable, Sendable {
  /// The unique name, for example `layer1.0.conv1.weight`.
  public let name: String
  /// The extents.
  public let shape: Shape
  /// What the parameter is to its node.
  public let role: ParameterRole
  /// The type of each element; what convolutions, inner products and normalisations read is FP32.
  public let elementType: ElementType

  /// Makes a declaration.
  public init(name: String, shape: Shape, role: ParameterRole, elementType: ElementType = .float32) {
    self.name = name
    self.shape = shape
    self.role = role
    self.elementType = elementType
  }

  /// Element type and extents in one.
  public var type: TensorType { TensorType(elementType, shape) }
}

/// What a parameter is to the node that uses it.
public enum ParameterRole: String, Hashable, Codable, Sendable {
  case weights, bias, gamma, beta, wordEmbedding, positionEmbedding, typeEmbedding
  /// An operand that general operators read as it is: an index table, an addend, a quantised weight.
  case constant
}

/// One operation.
public struct Node: Hashable, Codable, Sendable {
  /// The unique name, for example `layer1.0.conv1`.
  public let name: String
  /// What it computes.
  public let op: Operator
  /// The activations it reads, in the order its operator documents.
  public let inputs: [TensorID]
  /// The parameters it reads, in the order its operator documents.
  public let parameters: [ParameterID]
  /// The activations it writes, in the order its operator documents; engines' own operators have exactly one.
  public let outputs: [TensorID]
  /// The names of the imported nodes that became this one; empty for graphs that were built, not imported.
  public let origins: [String]

  /// The first, usually only, activation it writes.
  public var output: TensorID { outputs[0] }

  /// Makes a node; ``GraphBuilder`` checks shapes, this does not.
  ///
  /// - Precondition: there is at least one output.
  public init(
    name: String, op: Operator, inputs: [TensorID], parameters: [ParameterID] = [], outputs: [TensorID],
    origins: [String] = []
  ) {
    precondition(!outputs.isEmpty)
    self.name = name
    self.op = op
    self.inputs = inputs
    self.parameters = parameters
    self.outputs = outputs
    self.origins = origins
  }
}
