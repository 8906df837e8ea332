/// A graph of operators as an ONNX file says it.
///
/// In a graph that was read, every name has one maker, every name that a node reads has a maker before it, and nodes are in
/// topological order.
public struct ONNXGraph: Sendable {
  /// The graph's name.
  public var name: String
  /// The inputs that a caller must give.
  public var inputs: [ONNXValueInfo]
  /// Inputs that have an initialiser as default. Their values are those of the initialisers.
  public var defaultedInputs: [ONNXValueInfo]
  /// The outputs.
  public var outputs: [ONNXValueInfo]
  /// What the file says about names inside the graph, by name.
  public var valueInfos: [String: ONNXValueInfo]
  /// The constants that are not nodes, in the file's order.
  public var initializers: [ONNXTensor]
  /// The operators, each after those whose outputs it reads.
  public var nodes: [ONNXNode]

  /// Makes a graph from its parts, without checking them.
  public init(
    name: String, inputs: [ONNXValueInfo], defaultedInputs: [ONNXValueInfo] = [], outputs: [ONNXValueInfo],
    valueInfos: [String: ONNXValueInfo] = [:], initializers: [ONNXTensor] = [], nodes: [ONNXNode]
  ) {
    self.name = name
    self.inputs = inputs
    self.defaultedInputs = defaultedInputs
    self.outputs = outputs
    self.valueInfos = valueInfos
    self.initializers = initializers
    self.nodes = nodes
  }
}
