import Foundation
import Tensors
import Testing

@testable import ONNX

@Suite struct ONNXWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A model with something of everything that is written.
  private static func model() throws -> ONNXModel {
    let nodes = [
      ONNXNode(
        name: "n", opType: "Op", domain: "x.y", inputs: ["x", "", "w"], outputs: ["a", "", "b"],
        attributes: [
          "int": .int(.min), "ints": .ints([1, -2, .max]), "none": .ints([]), "float": .float(-0.5),
          "floats": .floats([1, .infinity]), "string": .string("é"), "strings": .strings(["", "b"]),
          "tensor": .tensor(ONNXTensor(name: "t", try Tensor(.int64, [2], [3, -4]))),
          "tensors": .tensors([ONNXTensor(name: "u", try Tensor(.bool, [], [UInt8(1)]))]),
        ]),
      ONNXNode(name: "m", opType: "Add", inputs: ["a", "b"], outputs: ["y"]),
    ]
    let initializers = try ElementType.allCases.map { type in
      ONNXTensor(
        name: type == .float32 ? "w" : type.rawValue,
        try Tensor(TensorType(type, [5, 300])) { bytes in
          for index in bytes.indices { bytes[index] = type == .bool ? UInt8(index % 2) : UInt8(index % 251) }
        })
    }
    let small = ONNXTensor(name: "small", try Tensor(.float32, [], [Float(7)]))
    let empty = ONNXTensor(name: "empty", try Tensor(.float32, [0, 3], [Float]()))
    return ONNXModel(
      irVersion: 10, opsets: ["": 21, "x.y": 1], producerName: "tests", producerVersion: "0", domain: "d",
      modelVersion: 3,
      metadata: ["k": "v"],
      graph: ONNXGraph(
        name: "g",
        inputs: [ONNXValueInfo(name: "x", elementType: .float16, dims: [.symbol("n"), .unknown, .fixed(3)])],
        defaultedInputs: [ONNXValueInfo(name: "w", type: TensorType(.float32, [5, 300]))],
        outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        valueInfos: ["a": ONNXValueInfo(name: "a", type: TensorType(.int8, []))],
        initializers: initializers + [small, empty],
        nodes: nodes))
  }

  /// The limit 30 kB is below the weights; the other one above.
  @Test(arguments: [ONNXWriter.defaultSizeLimit, 30_000])
  func whatIsReadIsWhatWasWritten(_ sizeLimit: Int) throws {
    let model = try Self.model()
    let path = folder.file("m.onnx")
    let facts = try ONNXWriter(sizeLimit: sizeLimit).write(model, to: path)
    let read = try ONNXModel.read(path: path)
    #expect(try Self.shown(read) == Self.shown(model))
    #expect(read.file == facts)
    #expect(facts.byteCount == (try folder.bytes("m.onnx").count))
    let isExternal = sizeLimit < ONNXWriter.defaultSizeLimit
    #expect(facts.externalFiles == (isExternal ? ["m.onnx.data"] : []))
    #expect(facts.externalByteCount == (isExternal ? try folder.bytes("m.onnx.data").count : 0))
    if isExternal {
      #expect(facts.externalByteCount >= 1500 * ElementType.allCases.reduce(0) { $0 + $1.byteCount })
    }
    #expect(try folder.names == (isExternal ? ["m.onnx", "m.onnx.data"] : ["m.onnx"]))
    for case .external(let data) in read.graph.initializers.map(\.contents) {
      #expect(data.offset.isMultiple(of: 4096))
    }
  }

  @Test func writesTheSameFileEachTime() throws {
    let model = try Self.model()
    for name in ["a", "b"] { try ONNXWriter().write(model, to: folder.file(name)) }
    #expect(try folder.bytes("a") == folder.bytes("b"))
  }

  /// A model can be written from one that was read, also over itself.
  @Test func aModelMayReplaceItsOwnFile() throws {
    let path = folder.file("m.onnx")
    try ONNXWriter(sizeLimit: 30_000).write(Self.model(), to: path)
    let model = try ONNXModel.read(path: path)
    let before = try Self.shown(model)
    try ONNXWriter(sizeLimit: 30_000).write(model, to: path)
    #expect(try Self.shown(ONNXModel.read(path: path)) == before)
    try ONNXWriter().write(ONNXModel.read(path: path), to: path)
    #expect(try Self.shown(ONNXModel.read(path: path)) == before)
    #expect(try ONNXModel.read(path: path).file?.externalFiles == [])
  }

  private struct Failure: Error {}

  @Test func theOldFileStaysWhereWritingFails() throws {
    let path = folder.file("m.onnx")
    try folder.write([1, 2, 3], to: "m.onnx")
    var model = try Self.model()
    model.graph.initializers.append(
      ONNXTensor(name: "late", type: TensorType(.float32, [900])) { _ in throw Failure() })
    for limit in [ONNXWriter.defaultSizeLimit, 30_000] {
      #expect(throws: Failure.self) { try ONNXWriter(sizeLimit: limit).write(model, to: path) }
    }
    #expect(try folder.bytes("m.onnx") == [1, 2, 3])
    #expect(try folder.names == ["m.onnx"])
  }

  @Test func refusesWhatCannotBeWritten() throws {
    let path = folder.file("m.onnx")
    var functions = try Self.model()
    functions.functionNames = ["f"]
    var subgraph = try Self.model()
    subgraph.graph.nodes[0].attributes["then"] = .graph
    var text = try Self.model()
    text.graph.outputs = [ONNXValueInfo(name: "y", elementTypeName: "string", dims: nil)]
    for (model, sentence) in [
      (functions, "The model defines functions of its own, which are not written."),
      (subgraph, "Attribute 'then' of node 'n' is a graph, which is not written."),
      (text, "Value 'y' is of type string, which is not written."),
    ] {
      let error = #expect(throws: ONNXError.self) { try ONNXWriter().write(model, to: path) }
      #expect(error?.description == sentence)
    }
    let model = try Self.model()
    var error = #expect(throws: ONNXError.self) { try ONNXWriter(sizeLimit: 100).write(model, to: path) }
    #expect(error?.reason.contains("even without its weights; at most 100 are allowed") == true)
    error = #expect(throws: ONNXError.self) { try ONNXWriter().write(model, to: "/dev/null") }
    #expect(error?.description == "/dev/null: is not a regular file, and a model replaces its file.")
    error = #expect(throws: ONNXError.self) { try ONNXWriter().write(model, to: folder.file("absent/m.onnx")) }
    #expect(error?.reason == "cannot be written (No such file or directory)" && error?.exitCode == 73)
    #expect(try folder.names == [])
  }

  /// Everything of a model as text, with the elements of its tensors, apart from where they lie.
  private static func shown(_ model: ONNXModel) throws -> [String] {
    func tensor(_ tensor: ONNXTensor) throws -> String {
      "\(tensor.name) \(try tensor.type) \(try tensor.loadedBytes())"
    }
    let graph = model.graph
    var lines = [
      "\(model.irVersion) \(model.producerName) \(model.producerVersion) \(model.domain) \(model.modelVersion) \(graph.name)",
      "\(model.opsets.sorted { $0.key < $1.key }) \(model.metadata)", "\(graph.inputs) \(graph.defaultedInputs)",
      "\(graph.outputs) \(graph.valueInfos)",
    ]
    lines += try graph.initializers.map(tensor)
    for node in graph.nodes {
      lines.append("\(node.name) \(node.opType) \(node.domain) \(node.inputs) \(node.outputs)")
      for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
        switch value {
        case .tensor(let value): lines.append("\(name) tensor \(try tensor(value))")
        case .tensors(let values): lines.append("\(name) tensors \(try values.map(tensor))")
        default: lines.append("\(name) \(value)")
        }
      }
    }
    return lines
  }
}
