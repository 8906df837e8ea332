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

  /// Makes a declaration.
  public init(name: String, shape: Shape, elementType: ElementType) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
  }
}

/// The declaration of a parameter; elements are FP32.
public struct ParameterInfo: Hashable, Codable, Sendable {
  /// The unique name, for example `layer1.0.conv1.weight`.
  public let name: String
  /// The extents.
  public let shape: Shape
  /// What the parameter is to its node.
  public let role: ParameterRole
}

/// What a parameter is to the node that uses it.
public enum ParameterRole: String, Hashable, Codable, Sendable {
  case weights, bias, gamma, beta, wordEmbedding, positionEmbedding, typeEmbedding
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
  /// The activation it writes.
  public let output: TensorID

  /// Makes a node; ``GraphBuilder`` checks shapes, this does not.
  public init(name: String, op: Operator, inputs: [TensorID], parameters: [ParameterID], output: TensorID) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.parameters = parameters
    self.output = output
  }
}
