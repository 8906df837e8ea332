import GraphPasses
import ModelGraph
import Tensors

extension ONNXInspection {
  /// Looks at a model, and at the graph that it becomes with these options.
  ///
  /// - Throws: ``ONNXError`` where the file can no longer be read, or `AllocationError`; what is wrong with the model itself is
  ///   part of the value.
  public init(_ model: ONNXModel, options: ImportOptions = ImportOptions()) throws {
    var problem: ImportError?
    var found: [UnsupportedOperator] = []
    var result: ImportedModel?
    do {
      var importer = try GraphImport(model, options)
      defer { found = importer.unsupported }
      try importer.run()
      result = try importer.finish()
    } catch let error as ImportError {
      problem = error
      if case .unsupported(let list) = error.kind, found.isEmpty { found = list }
    }
    let graph = model.graph
    let constants = graph.initializers + graph.nodes.compactMap(\.constantTensor)
    name = graph.name
    producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    irVersion = model.irVersion
    opsets = Dictionary(
      model.opsets.map { ($0.key.isEmpty ? "ai.onnx" : $0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    fileBytes = model.file?.byteCount
    externalFiles = model.file?.externalFiles ?? []
    inputs = graph.inputs.map(Value.init)
    outputs = graph.outputs.map(Value.init)
    operators = Self.count(
      graph.nodes.map { $0.domain.isEmpty ? $0.opType : "\($0.domain).\($0.opType)" })
    parameterElements = constants.reduce(0) { $0.addingSaturated($1.shape.count) }
    parameterBytes = constants.reduce(0) { $0.addingSaturated($1.byteCount) }
    unsupported = found
    inputsToBind = problem?.inputsToBind ?? []
    self.problem = problem?.description
    exitCode = problem?.isIncomplete == true ? 0 : problem?.exitCode ?? 0
    warnings = result?.warnings ?? []
    imported = result.map(Imported.init)
  }

  fileprivate static func count(_ names: [String]) -> [Count] {
    let counts = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return counts.map(Count.init).sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }
}

extension ONNXInspection.Count {
  fileprivate init(_ entry: (key: String, value: Int)) { self.init(name: entry.key, count: entry.value) }
}

extension ONNXInspection.Value {
  fileprivate init(_ info: ONNXValueInfo) {
    self.init(name: info.name, elementType: info.elementTypeName, dims: info.dims?.map(\.description))
  }
}

extension ONNXInspection.Imported {
  fileprivate init(_ model: ImportedModel) {
    let graph = model.graph
    let dynamic = graph.nodes.compactMap { node -> ModelGraph? in
      if case .dynamic(let nested) = node.op { return nested }
      return nil
    }
    self.init(
      inputs: model.inputs, outputs: model.outputs, boundInputs: model.boundInputs,
      multiplyAccumulates: graph.multiplyAccumulates,
      activationBytes: graph.tensors.reduce(0) {
        $1.parameter != nil || $1.isDynamic ? $0 : $0.addingSaturated($1.type.byteCount)
      },
      parameterElements: graph.parameters.reduce(0) { $0.addingSaturated($1.shape.count) },
      parameterBytes: graph.parameters.reduce(0) { $0.addingSaturated($1.type.byteCount) },
      operators: ONNXInspection.count(
        (graph.nodes + dynamic.flatMap(\.nodes)).filter { $0.op.name != "dynamic" }.map(\.op.name)),
      dynamicNodes: dynamic.reduce(0) { $0 + $1.nodes.count }, passes: model.passes)
  }
}

extension ONNXNode {
  /// The tensor of a `Constant` node.
  fileprivate var constantTensor: ONNXTensor? {
    guard opType == "Constant", domain.isEmpty, case .tensor(let tensor) = attributes["value"] else { return nil }
    return tensor
  }
}
