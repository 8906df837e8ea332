import GraphPasses
import ModelGraph
import Tensors

/// The part of a graph whose extents depend on data: one nested graph, made node by node.
struct DynamicPart {
  private var tensors: [TensorInfo] = []
  private var nodes: [Node] = []
  private var inputs: [TensorID] = []
  private var outputs: [TensorID] = []
  /// The tensors of the surrounding graph behind `inputs`.
  private var sources: [TensorID] = []
  private var places: [TensorID: TensorID] = [:]
  /// The tensors of the surrounding graph behind `outputs`.
  private var results: [TensorID] = []

  var isEmpty: Bool { nodes.isEmpty }

  /// The place here of a tensor of the surrounding graph.
  mutating func input(_ id: TensorID, _ info: TensorInfo) -> TensorID {
    if let known = places[id] { return known }
    let place = TensorID(index: tensors.count)
    tensors.append(TensorInfo(name: info.name, shape: info.shape, elementType: info.elementType))
    inputs.append(place)
    sources.append(id)
    places[id] = place
    return place
  }

  /// Appends a node and returns its results.
  mutating func append(
    _ name: String, _ op: GeneralOperator, inputs: [TensorID], outputs: [(name: String, elementType: ElementType)]
  ) -> [TensorID] {
    let ids = outputs.map { output in
      tensors.append(TensorInfo(name: output.name, shape: [], elementType: output.elementType, isDynamic: true))
      return TensorID(index: tensors.count - 1)
    }
    nodes.append(Node(name: name, op: .general(op), inputs: inputs, outputs: ids, origins: [name]))
    return ids
  }

  /// Makes a tensor of this part an output, and returns its place in the surrounding graph.
  mutating func output(_ id: TensorID, in draft: inout GraphDraft) -> TensorID {
    let info = tensors[id.index]
    let outer = draft.addTensor(info.name, TensorType(info.elementType, []), isDynamic: true)
    outputs.append(id)
    results.append(outer)
    return outer
  }

  /// Appends the whole part to the surrounding graph as one node, if any output needs it.
  func close(in draft: inout GraphDraft, named name: String) {
    guard !results.isEmpty else { return }
    let graph = ModelGraph(
      name: name, tensors: tensors, parameters: [], nodes: nodes, inputs: inputs, outputs: outputs)
    draft.append(
      Node(name: name, op: .dynamic(graph), inputs: sources, outputs: results, origins: nodes.map(\.name)))
  }
}
