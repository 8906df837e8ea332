import ModelGraph
import Tensors

extension GraphDraft {
  /// The graph without nodes, tensors and parameters that no output needs, and the values of its parameters.
  ///
  /// Inputs stay, also those that nobody reads.
  /// - Throws: what loading deferred constants throws.
  public func finished() throws -> (graph: ModelGraph, parameters: ParameterStore) {
    let kept = liveNodes()
    var tensorIDs: [TensorID: TensorID] = [:]
    var parameterIDs: [ParameterID: ParameterID] = [:]
    var newTensors: [TensorInfo] = []
    var newParameters: [ParameterInfo] = []
    var values: [Tensor] = []
    func keep(_ id: ParameterID) throws -> ParameterID {
      if let known = parameterIDs[id] { return known }
      let new = ParameterID(index: newParameters.count)
      parameterIDs[id] = new
      newParameters.append(self[id])
      values.append(try constants[id.index].tensor())
      return new
    }
    func keep(_ id: TensorID) throws -> TensorID {
      if let known = tensorIDs[id] { return known }
      let new = TensorID(index: newTensors.count)
      tensorIDs[id] = new
      let info = self[id]
      newTensors.append(
        TensorInfo(
          name: info.name, shape: info.shape, elementType: info.elementType,
          parameter: try info.parameter.map { try keep($0) }, isDynamic: info.isDynamic))
      return new
    }
    let newInputs = try inputs.map { try keep($0) }
    let newNodes = try kept.map { node in
      Node(
        name: node.name, op: node.op, inputs: try node.inputs.map { try keep($0) },
        parameters: try node.parameters.map { try keep($0) }, outputs: try node.outputs.map { try keep($0) },
        origins: node.origins)
    }
    let graph = ModelGraph(
      name: name, tensors: newTensors, parameters: newParameters, nodes: newNodes, inputs: newInputs,
      outputs: try outputs.map { try keep($0) })
    return (graph, ParameterStore(values))
  }

  /// The nodes whose results reach an output, in execution order.
  func liveNodes() -> [Node] {
    var needed = Set(outputs)
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    return kept.reversed()
  }
}
