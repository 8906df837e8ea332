extension ModelParser {
  /// Reads the graph and checks that every name has one maker and every name that is read has a maker before it.
  mutating func graph(_ proto: ProtoGraph) throws(ONNXError) -> ONNXGraph {
    let initializers = try initializers(proto)
    let constants = Set(initializers.lazy.map(\.name))
    var makers: [String: ValueMaker] = [:]
    for tensor in initializers {
      guard !tensor.name.isEmpty else { throw ONNXError(.damaged, "the graph has an initialiser without a name") }
      try Self.add(tensor.name, .initializer, to: &makers)
    }
    var (inputs, defaultedInputs): ([ONNXValueInfo], [ONNXValueInfo]) = ([], [])
    var inputNames: Set<String> = []
    for input in proto.input {
      let info = try valueInfo(input)
      guard inputNames.insert(info.name).inserted else {
        throw ONNXError(.damaged, "the graph has two inputs \(info.name.quoted)")
      }
      if constants.contains(info.name) {
        defaultedInputs.append(info)
      } else {
        try Self.add(info.name, .input, to: &makers)
        inputs.append(info)
      }
    }
    let nodes = try nodes(proto.node)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { try Self.add(output, .node(index, node.name), to: &makers) }
    }
    return ONNXGraph(
      name: proto.name, inputs: inputs, defaultedInputs: defaultedInputs, outputs: try outputs(proto.output, makers),
      valueInfos: try valueInfos(proto.valueInfo), initializers: initializers,
      nodes: try TopologicalOrder.sorted(nodes, makers: makers))
  }

  private mutating func initializers(_ proto: ProtoGraph) throws(ONNXError) -> [ONNXTensor] {
    var initializers: [ONNXTensor] = []
    initializers.reserveCapacity(proto.initializer.count)
    for tensor in proto.initializer {
      guard !tensor.name.isEmpty else { throw ONNXError(.damaged, "the graph has an initialiser without a name") }
      initializers.append(try self.tensor(tensor, place: tensor.name))
    }
    for tensor in proto.sparseInitializer { initializers.append(try sparseTensor(tensor)) }
    return initializers
  }

  private func outputs(
    _ protos: [ProtoValueInfo], _ makers: [String: ValueMaker]
  ) throws(ONNXError) -> [ONNXValueInfo] {
    guard !protos.isEmpty else { throw ONNXError(.damaged, "the graph has no outputs") }
    var outputs: [ONNXValueInfo] = []
    var names: Set<String> = []
    for proto in protos {
      let info = try valueInfo(proto)
      guard names.insert(info.name).inserted else {
        throw ONNXError(.damaged, "the graph has two outputs \(info.name.quoted)")
      }
      guard makers[info.name] != nil else {
        throw ONNXError(.damaged, "nothing makes the graph's output \(info.name.quoted)")
      }
      outputs.append(info)
    }
    return outputs
  }

  private func valueInfos(_ protos: [ProtoValueInfo]) throws(ONNXError) -> [String: ONNXValueInfo] {
    var infos: [String: ONNXValueInfo] = [:]
    for proto in protos {
      let info = try valueInfo(proto)
      // Exporters repeat themselves, which harms nobody who says the same twice.
      if let other = infos.updateValue(info, forKey: info.name), other != info {
        throw ONNXError(.damaged, "the graph describes the value \(info.name.quoted) twice, and differently")
      }
    }
    return infos
  }

  private static func add(
    _ name: String, _ maker: ValueMaker, to makers: inout [String: ValueMaker]
  ) throws(ONNXError) {
    if let other = makers.updateValue(maker, forKey: name) {
      throw ONNXError(
        .damaged, "the name \(name.quoted) is made twice, by \(other.description) and by \(maker.description)")
    }
  }
}

/// What gives a name its value.
enum ValueMaker {
  case input, initializer
  /// A node, by its index in the file and its name.
  case node(Int, String)

  /// For error sentences.
  var description: String {
    switch self {
    case .input: "an input"
    case .initializer: "an initialiser"
    case .node(_, let name): "node \(name.quoted)"
    }
  }
}
