import Foundation
import GraphPasses
import ModelGraph
import Tensors
import Testing

@testable import ONNX

@Suite struct ONNXExporterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a graph as a file and imports that.
  private func reimported(
    _ graph: ModelGraph, _ parameters: ParameterStore, batch: Int? = nil, runsPasses: Bool = true,
    usesExternalData: Bool = false
  ) throws -> ImportedModel {
    let path = folder.file("\(UUID().uuidString).onnx")
    let model = try ONNXExporter.model(
      of: graph, parameters: parameters, isBatchSymbolic: batch != nil, producerVersion: "1")
    try ONNXWriter(usesExternalData: usesExternalData).write(model, to: path)
    var options = ImportOptions()
    options.runsPasses = runsPasses
    options.batch = batch
    return try ONNXImporter.makeModel(ONNXModel.read(path: path), options: options)
  }

  private func expectClose(
    _ actual: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try #require(actual.count == expected.count, sourceLocation: sourceLocation)
    let largest = expected.reduce(0) { max($0, $1.magnitude) }
    #expect(largest > 0, "the results say something", sourceLocation: sourceLocation)
    let deviation = zip(actual, expected).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    #expect(deviation <= 1e-6 * largest, sourceLocation: sourceLocation)
  }

  /// The spelling computes the same node by node, and the passes find the operator in it again, attributes included.
  @Test(arguments: ExportCase.all) func comesBack(_ example: ExportCase) throws {
    let graph = try example.graph()
    let (parameters, inputs) = (try graph.seededParameters(), try graph.seededInputs())
    let expected = try graph.computed(parameters, inputs)

    let plain = try reimported(graph, parameters, runsPasses: false)
    #expect(plain.graph.nodes.allSatisfy { if case .general = $0.op { true } else { false } })
    #expect(plain.outputs.map(\.type.shape) == graph.outputs.map { graph[$0].shape })
    #expect(plain.inputs.map(\.name) == graph.inputs.map { graph[$0].name })
    try expectClose(try plain.graph.computed(plain.loadParameters(), inputs), expected)

    let fused = try reimported(graph, parameters)
    if let names = example.restored {
      #expect(fused.graph.operatorNames == names)
    } else {
      #expect(fused.graph.nodes.map(\.op) == graph.nodes.map(\.op))
    }
    try expectClose(try fused.graph.computed(fused.loadParameters(), inputs), expected)
  }

  /// One file serves every batch.
  @Test(arguments: ExportCase.all) func theBatchIsOpen(_ example: ExportCase) throws {
    let (single, triple) = (try example.graph(), try example.graph(batch: 3))
    let (parameters, inputs) = (try single.seededParameters(), try triple.seededInputs())
    let imported = try reimported(single, parameters, batch: 3)
    try expectClose(
      try imported.graph.computed(imported.loadParameters(), inputs), try triple.computed(parameters, inputs))
  }

  /// Every operator that is neither imported nor inserted by an engine is among the cases.
  @Test func theCasesCoverEveryOperator() throws {
    let names = Set(try ExportCase.all.flatMap { try $0.graph().operatorNames })
    #expect(
      names == [
        "convolution", "maxPool", "globalAveragePool", "linear", "embedding", "layerNorm", "attentionScores",
        "maskedSoftmax", "attentionContext", "meanPool", "l2Normalize", "matMul", "softmax",
      ])
  }

  @Test func weightsBesideTheFileAreTheSame() throws {
    let graph = try #require(ExportCase.all.first { $0.name == "linear none, rank 3" }).graph()
    let (parameters, inputs) = (try graph.seededParameters(), try graph.seededInputs())
    let imported = try reimported(graph, parameters, usesExternalData: true)
    let files = try folder.names
    #expect(files.count == 2 && files[1] == "\(files[0]).data")
    // 40 x 35 weights; the bias is too small for a place of its own.
    #expect(try folder.bytes(files[1]).count == 40 * 35 * 4)
    #expect(try folder.bytes(files[0]).count < 40 * 35 * 4)
    try expectClose(
      try imported.graph.computed(imported.loadParameters(), inputs), try graph.computed(parameters, inputs))
  }

  /// A tensor that is a constant, read by two nodes, is written once.
  @Test func aConstantIsWrittenOnce() throws {
    let type = TensorType(.float32, [4, 4])
    let tensors = [
      TensorInfo(name: "src", shape: type.shape, elementType: .float32),
      TensorInfo(name: "w", shape: type.shape, elementType: .float32, parameter: ParameterID(index: 0)),
      TensorInfo(name: "first", shape: type.shape, elementType: .float32),
      TensorInfo(name: "second", shape: type.shape, elementType: .float32),
    ]
    let ids = tensors.indices.map { TensorID(index: $0) }
    let graph = ModelGraph(
      name: "constant", tensors: tensors,
      parameters: [ParameterInfo(name: "w", shape: type.shape, role: .constant)],
      nodes: [
        Node(name: "first", op: .matMul(MatMul()), inputs: [ids[0], ids[1]], outputs: [ids[2]]),
        Node(name: "second", op: .matMul(MatMul()), inputs: [ids[2], ids[1]], outputs: [ids[3]]),
      ], inputs: [ids[0]], outputs: [ids[3]])
    let (parameters, inputs) = (try graph.seededParameters(), try graph.seededInputs())
    let model = try ONNXExporter.model(of: graph, parameters: parameters, isBatchSymbolic: false, producerVersion: "1")
    #expect(model.graph.initializers.map(\.name) == ["w"])
    let imported = try reimported(graph, parameters)
    try expectClose(
      try imported.graph.computed(imported.loadParameters(), inputs), try graph.computed(parameters, inputs))
  }

  @Test func saysWhichNodeCannotBeWritten() throws {
    let type = TensorType(.float32, [2, 3])
    func refusal(_ op: Operator) throws -> String? {
      let tensors = ["src", "dst"].map { TensorInfo(name: $0, shape: type.shape, elementType: .float32) }
      let graph = ModelGraph(
        name: "refused", tensors: tensors,
        parameters: [
          ParameterInfo(name: "w", shape: [3, 3], role: .weights), ParameterInfo(name: "b", shape: [3], role: .bias),
        ],
        nodes: [
          Node(
            name: "n", op: op, inputs: [TensorID(index: 0)],
            parameters: [ParameterID(index: 0), ParameterID(index: 1)], outputs: [TensorID(index: 1)])
        ], inputs: [TensorID(index: 0)], outputs: [TensorID(index: 1)])
      let parameters = try graph.seededParameters()
      let error = #expect(throws: ONNXError.self) {
        try ONNXExporter.model(of: graph, parameters: parameters, isBatchSymbolic: false, producerVersion: "1")
      }
      return error?.description
    }
    #expect(
      try refusal(.general(GeneralOperator("Relu", opset: 17, slots: [0])))
        == "Node 'n' (Relu) cannot be exported: it was imported.")
    #expect(try refusal(.convert) == "Node 'n' (convert) cannot be exported: it was imported.")
    #expect(
      try refusal(.linear(Linear(activation: .geluTanh)))
        == "Node 'n' cannot be exported: its activation was imported.")
  }
}
