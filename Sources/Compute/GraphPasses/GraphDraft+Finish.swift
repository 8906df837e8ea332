import ModelGraph
import Tensors

extension GraphDraft {
  /// The graph without nodes, tensors and parameters that no output needs, and the constant behind each of its
  /// parameters, none of them loaded.
  ///
  /// Inputs stay, also those that nobody reads.
  public func compacted() -> (graph: ModelGraph, constants: [Constant]) {
    let kept = liveNodes()
    var tensorIDs: [TensorID: TensorID] = [:]
    var parameterIDs: [ParameterID: ParameterID] = [:]
    var newTensors: [TensorInfo] = []
    var newParameters: [ParameterInfo] = []
    var values: [Constant] = []
    func keep(_ id: ParameterID) -> ParameterID {
      if let known = parameterIDs[id] { return known }
      let new = ParameterID(index: newParameters.count)
      parameterIDs[id] = new
      newParameters.append(self[id])
      values.append(constants[id.index])
      return new
    }
    func keep(_ id: TensorID) -> TensorID {
      if let known = tensorIDs[id] { return known }
      let new = TensorID(index: newTensors.count)
      tensorIDs[id] = new
      let info = self[id]
      newTensors.append(
        TensorInfo(
          name: info.name, shape: info.shape, elementType: info.elementType,
          parameter: info.parameter.map { keep($0) }, isDynamic: info.isDynamic))
      return new
    }
    let newInputs = inputs.map { keep($0) }
    let newNodes = kept.map { node in
      Node(
        name: node.name, op: node.op, inputs: node.inputs.map { keep($0) },
        parameters: node.parameters.map { keep($0) }, outputs: node.outputs.map { keep($0) },
        origins: node.origins)
    }
    let graph = ModelGraph(
      name: name, tensors: newTensors, parameters: newParameters, nodes: newNodes, inputs: newInputs,
      outputs: outputs.map { keep($0) })
    return (graph, values)
  }

  /// The nodes whose results reach an output, in execution order.
  func liveNodes() -> [Node] {
    var needed = [Bool](repeating: false, count: tensors.count)
    for id in outputs { needed[id.index] = true }
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: { needed[$0.index] }) {
      for id in node.inputs { needed[id.index] = true }
      kept.append(node)
    }
    return kept.reversed()
  }
}
