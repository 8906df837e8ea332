/// Copies a graph's tensors and parameters and takes a new list of nodes, for passes that insert or replace nodes.
public struct GraphRewriter {
  private let source: ModelGraph
  private var tensors: [TensorInfo]
  private var nodes: [Node] = []

  /// Starts with the tensors of `source` and no nodes.
  public init(_ source: ModelGraph) {
    self.source = source
    self.tensors = source.tensors
  }

  /// Declares a further tensor.
  public mutating func declare(_ info: TensorInfo) -> TensorID {
    tensors.append(info)
    return TensorID(index: tensors.count - 1)
  }

  /// Appends a node; its inputs must have been written by earlier nodes or be graph inputs.
  public mutating func append(_ node: Node) { nodes.append(node) }

  /// The rewritten graph.
  public func build() -> ModelGraph {
    ModelGraph(
      name: source.name, tensors: tensors, parameters: source.parameters, nodes: nodes, inputs: source.inputs,
      outputs: source.outputs)
  }
}
