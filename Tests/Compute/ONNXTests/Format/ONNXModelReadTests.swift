import Tensors
import Testing

@testable import ONNX

@Suite struct ONNXModelReadTests {
  @Test func readsWhatTheModelSays() throws {
    let bytes = WireModel.model(
      WireModel.identity(Wire.text(2, "main") + Wire.text(10, "a documentation string")),
      opsets: [("ai.onnx", 17), ("x.y", 2)],
      rest: Wire.text(2, "maker") + Wire.text(3, "1.2") + Wire.text(4, "org.model") + Wire.int(5, 7)
        + Wire.bytes(14, Wire.text(1, "key") + Wire.text(2, "value"))
        + Wire.bytes(25, Wire.text(1, "Own") + Wire.text(10, "x.y")))
    let model = try ONNXModel.read(bytes: bytes)
    #expect(model.irVersion == 8)
    #expect(model.opsets == ["": 17, "x.y": 2])
    #expect(model.producerName == "maker" && model.producerVersion == "1.2" && model.domain == "org.model")
    #expect(model.modelVersion == 7)
    #expect(model.metadata == ["key": "value"])
    #expect(model.graph.name == "main")
    #expect(model.file == ONNXFileFacts(path: nil, byteCount: bytes.count, externalByteCount: 0, externalFiles: []))
    #expect(model.definesFunction(calledBy: ONNXNode(name: "", opType: "Own", domain: "x.y", inputs: [], outputs: [])))
    #expect(!model.definesFunction(calledBy: ONNXNode(name: "", opType: "Own", inputs: [], outputs: [])))
  }

  @Test func nodesGetNamesOfTheirOwn() throws {
    let graph =
      WireModel.input("x") + WireModel.output("f") + WireModel.node("Conv", ["x"], ["a"])
      + WireModel.node("Conv", ["a"], ["b"], name: "twin") + WireModel.node("Conv", ["b"], ["c"], name: "twin")
      + WireModel.node("Conv", ["c"], ["d"]) + WireModel.node("Conv", ["d"], ["e"], name: "Conv_3")
      + WireModel.node("Conv", ["e"], ["f"], domain: "ai.onnx")
    let nodes = try ONNXModel.read(bytes: WireModel.model(graph)).graph.nodes
    #expect(nodes.map(\.name) == ["Conv_0", "twin", "twin_2", "Conv_3_2", "Conv_3", "Conv_5"])
    #expect(nodes.allSatisfy { $0.domain == "" && $0.opType == "Conv" })
  }

  @Test func putsNodesInOrder() throws {
    let graph =
      WireModel.output("d") + WireModel.node("D", ["b", "c", "b"], ["d"]) + WireModel.node("C", ["a"], ["c"])
      + WireModel.node("B", ["a", ""], ["b", ""]) + WireModel.node("A", ["x"], ["a"]) + WireModel.input("x")
    let nodes = try ONNXModel.read(bytes: WireModel.model(graph)).graph.nodes
    #expect(nodes.map(\.opType) == ["A", "B", "C", "D"])
    #expect(nodes[1].inputs == ["a", ""] && nodes[1].outputs == ["b", ""])
  }

  /// The order of the file is kept where it is one already, and a deep graph needs no deep stack.
  @Test func keepsTheOrderOfDeepGraphs() throws {
    let count = 50_000
    let forward = (0..<count).map { WireModel.node("N", ["\($0)"], ["\($0 + 1)"], name: "n\($0)") }
    let ends = WireModel.input("0") + WireModel.output("\(count)")
    let names = (0..<count).map { "n\($0)" }
    for graph in [forward, forward.reversed()] {
      let model = try ONNXModel.read(bytes: WireModel.model(ends + graph.flatMap { $0 }))
      #expect(model.graph.nodes.map(\.name) == names)
    }
  }

  @Test func readsAttributesOfEveryKind() throws {
    func attribute(_ name: String, _ type: Int?, _ value: [UInt8]) -> [UInt8] {
      Wire.text(1, name) + value + (type.map { Wire.int(20, $0) } ?? [])
    }
    let tensor = WireModel.tensor("", [2], 7, Wire.bytes(9, Wire.raw([Int64(5), -6])))
    let number = Wire.fixed32(2, Float(1.5).bitPattern)
    let node = WireModel.node(
      "Op", ["x"], ["z"], name: "n",
      attributes: [
        attribute("f", 1, number), attribute("i", 2, Wire.int(3, -9)), attribute("s", 3, Wire.text(4, "text")),
        attribute("t", 4, Wire.bytes(5, tensor)), attribute("g", 5, Wire.bytes(6, [1, 2, 3])),
        attribute("fs", 6, Wire.fixed32(7, Float(2).bitPattern) + Wire.bytes(7, Wire.raw([Float(3), 4]))),
        attribute("is", 7, Wire.int(8, 1) + Wire.bytes(8, Wire.varint(.max) + [3])),
        attribute("ss", 8, Wire.text(9, "a") + Wire.text(9, "")),
        attribute("ts", 9, Wire.bytes(10, tensor) + Wire.bytes(10, tensor)),
        attribute("gs", 10, Wire.bytes(11, [])), attribute("sparse", 11, Wire.bytes(22, [])),
        attribute("type", 13, Wire.bytes(14, [])), attribute("blob", 3, Wire.bytes(4, [0xFF])),
        attribute("blobs", 8, Wire.bytes(9, [0xFF])), attribute("ref", 1, Wire.text(21, "outer")),
        attribute("untyped", nil, number), attribute("emptyInts", 7, []),
      ])
    let model = try ONNXModel.read(bytes: WireModel.model(WireModel.identity(node)))
    let attributes = try #require(model.graph.nodes.last?.attributes)
    let shown = try attributes.mapValues { value -> String in
      switch value {
      case .tensor(let tensor): "\(tensor.name) \(try tensor.elements(as: Int64.self))"
      case .tensors(let tensors): "\(tensors.map(\.name))"
      default: "\(value)"
      }
    }
    #expect(
      shown == [
        "f": "float(1.5)", "i": "int(-9)", "s": #"string("text")"#, "t": "n.t [5, -6]", "g": "graph",
        "fs": "floats([2.0, 3.0, 4.0])", "is": "ints([1, -1, 3])", "ss": #"strings(["a", ""])"#,
        "ts": #"["n.ts.0", "n.ts.1"]"#, "gs": "graph", "sparse": #"other("sparse tensor")"#, "type": #"other("type")"#,
        "blob": #"other("string that is not UTF-8")"#, "blobs": #"other("list of strings that are not UTF-8")"#,
        "ref": #"other("reference to an attribute of a function")"#, "untyped": "float(1.5)", "emptyInts": "ints([])",
      ])
  }

  @Test func readsValuesOfEveryKind() throws {
    let symbolic = Wire.bytes(
      2,
      Wire.bytes(1, Wire.text(2, "batch")) + Wire.bytes(1, Wire.int(1, 3)) + Wire.bytes(1, [])
        + Wire.bytes(1, Wire.int(1, -1)))
    func info(_ name: String, _ type: [UInt8]) -> [UInt8] { Wire.bytes(13, Wire.text(1, name) + Wire.bytes(2, type)) }
    let graph = WireModel.identity(
      info("symbolic", Wire.bytes(1, Wire.int(1, 10) + symbolic)) + info("anyRank", Wire.bytes(1, Wire.int(1, 9)))
        + info("scalar", Wire.bytes(1, Wire.int(1, 16) + Wire.bytes(2, [])))
        + info("text", Wire.bytes(1, Wire.int(1, 8)))
        + info("sequence", Wire.bytes(4, [])) + info("map", Wire.bytes(5, [])) + info("opaque", Wire.bytes(7, []))
        + info("sparse", Wire.bytes(8, Wire.int(1, 1))) + info("optional", Wire.bytes(9, [])) + info("nothing", [])
        + info("scalar", Wire.bytes(1, Wire.int(1, 16) + Wire.bytes(2, []))))
    let infos = try ONNXModel.read(bytes: WireModel.model(graph)).graph.valueInfos
    #expect(infos["symbolic"]?.dims == [.symbol("batch"), .fixed(3), .unknown, .unknown])
    #expect(infos["symbolic"]?.elementType == .float16 && infos["symbolic"]?.type == nil)
    #expect(infos["symbolic"]?.dims?.map(\.description) == ["batch", "3", "?", "?"])
    #expect(infos["anyRank"] == ONNXValueInfo(name: "anyRank", elementType: .bool, dims: nil))
    #expect(infos["scalar"]?.type == TensorType(.bfloat16, []))
    let unsupported = infos.values.filter { $0.elementType == nil }.map { "\($0.name): \($0.elementTypeName)" }
    #expect(
      unsupported.sorted() == [
        "map: map", "nothing: undefined", "opaque: opaque", "optional: optional", "sequence: sequence",
        "sparse: sparse float32", "text: string",
      ])
  }

  @Test func inputsWithADefaultAreApart() throws {
    let graph = WireModel.identity(
      WireModel.input("w", [1]) + WireModel.initializer("w", [1], 1, Wire.bytes(9, [0, 0, 0, 0])))
    let model = try ONNXModel.read(bytes: WireModel.model(graph)).graph
    #expect(model.inputs.map(\.name) == ["x"] && model.defaultedInputs.map(\.name) == ["w"])
  }

  /// The skeleton that is held in memory has neither weights nor anything that nobody reads.
  @Test func theSkeletonHasNoWeights() throws {
    let weights = WireModel.initializer("w", [100_000], 1, Wire.bytes(9, [UInt8](repeating: 7, count: 400_000)))
    let floats = WireModel.initializer("v", [1000], 1, Wire.bytes(4, [UInt8](repeating: 7, count: 4000)))
    let text = Wire.text(10, String(repeating: "documentation ", count: 10_000))
    let subgraph = WireModel.node(
      "If", ["x"], ["z"],
      attributes: [Wire.text(1, "then_branch") + Wire.bytes(6, [UInt8](repeating: 0xFF, count: 9999))])
    let bytes = WireModel.model(WireModel.identity(weights + floats + text + subgraph))
    #expect(try SkeletonScanner.skeleton(of: MemorySource(bytes: bytes)).count < 250)
    let error = #expect(throws: ONNXError.self) {
      try SkeletonScanner.skeleton(of: MemorySource(bytes: bytes), byteLimit: 100)
    }
    #expect(error?.description.hasPrefix("The graph without its weights is larger than 100 bytes at byte ") == true)
  }

  /// Every prefix of a model is refused or is a model, and never more than that.
  @Test func everyPrefixIsHandled() throws {
    let bytes = WireModel.model(WireModel.identity(WireModel.initializer("w", [3], 7, Wire.bytes(7, [1, 2, 3]))))
    var refused = 0
    for count in bytes.indices {
      do { _ = try ONNXModel.read(bytes: Array(bytes[..<count])) } catch { refused += 1 }
    }
    #expect(refused == bytes.count)
    #expect(try ONNXModel.read(bytes: bytes).graph.initializers.count == 1)
  }
}
