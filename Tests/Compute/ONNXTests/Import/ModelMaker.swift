import GraphPasses
import ModelGraph
import ONNX
import Tensors

/// Makes small models in memory.
struct ModelMaker {
  var inputs: [ONNXValueInfo] = []
  var outputs: [ONNXValueInfo] = []
  var initializers: [ONNXTensor] = []
  var nodes: [ONNXNode] = []
  var opset = 17
  var functionNames: Set<String> = []

  var model: ONNXModel {
    ONNXModel(
      irVersion: 8, opsets: ["": opset], producerName: "maker", producerVersion: "1", functionNames: functionNames,
      graph: ONNXGraph(
        name: "small", inputs: inputs, outputs: outputs, initializers: initializers, nodes: nodes))
  }

  func input(_ name: String, _ type: ElementType = .float32, _ dims: [ONNXValueInfo.Dimension]?) -> ModelMaker {
    var copy = self
    copy.inputs.append(ONNXValueInfo(name: name, elementType: type, dims: dims))
    return copy
  }

  func output(
    _ name: String, _ type: ElementType = .float32, _ dims: [ONNXValueInfo.Dimension]? = nil
  ) -> ModelMaker {
    var copy = self
    copy.outputs.append(ONNXValueInfo(name: name, elementType: type, dims: dims))
    return copy
  }

  func constant<Element: BitwiseCopyable & Sendable>(
    _ name: String, _ type: ElementType, _ shape: Shape, _ values: [Element]
  ) -> ModelMaker {
    var copy = self
    copy.initializers.append(
      ONNXTensor(name: name, type: TensorType(type, shape)) { destination in
        values.withUnsafeBytes { destination.copyMemory(from: $0) }
      })
    return copy
  }

  func node(
    _ opType: String, _ inputs: [String], _ outputs: [String], name: String? = nil, domain: String = "",
    _ attributes: [String: ONNXAttribute] = [:]
  ) -> ModelMaker {
    var copy = self
    copy.nodes.append(
      ONNXNode(
        name: name ?? "\(opType).\(nodes.count)", opType: opType, domain: domain, inputs: inputs, outputs: outputs,
        attributes: attributes))
    return copy
  }

  func with(opset: Int) -> ModelMaker {
    var copy = self
    copy.opset = opset
    return copy
  }

  /// The model imported as it is spelt, without passes.
  func imported(_ change: (inout ImportOptions) throws -> Void = { _ in }) throws -> ImportedModel {
    var options = ImportOptions()
    options.runsPasses = false
    try change(&options)
    return try ONNXImporter.makeModel(model, options: options)
  }
}

extension ImportedModel {
  /// The operators in execution order.
  var operators: [String] { graph.nodes.map(\.op.name) }

  /// The types of all outputs.
  var outputTypes: [String] { outputs.map(\.type.description) }

  /// The FP32 values of the constant that a node reads at a position.
  func constant(of node: Int, input: Int) throws -> [Float] {
    let parameter = graph[graph.nodes[node].inputs[input]].parameter
    return try parameter.map { try constants[$0.index].tensor().copy(as: Float.self) } ?? []
  }
}

extension Tensor {
  /// The elements as an array; the tensor lives until they are copied.
  func copy<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    withExtendedLifetime(self) { Array(elements(as: type)) }
  }
}
