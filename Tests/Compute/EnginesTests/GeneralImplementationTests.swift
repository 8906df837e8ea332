import CLinux
import ModelGraph
import NumericFormats
import Operators
import Tensors
import Testing

@testable import Engines

/// General operators among an engine's own: every element type, several outputs, constants, faults.
@Suite struct GeneralImplementationTests {
  private static let float6 = TensorType(.float32, [2, 6])

  /// Split in three, of which one part is read at once, one at the end and one never.
  private static func split() throws -> (graph: ModelGraph, store: ParameterStore) {
    var maker = GeneralGraph()
    let source = maker.input("source", float6)
    let parts = try maker.general(
      "parts", "Split", [source, try maker.constant("sizes", Tensor(.int64, [3], [Int64]([1, 3, 2])))],
      attributes: ["axis": .int(1)], outputs: 3)
    let negated = try maker.general("negated", "Neg", [parts[1]])[0]
    let again = try maker.general("again", "Neg", negated.asList)[0]
    let shape = try maker.general("shape", "Shape", [again])[0]
    let sum = try maker.general("sum", "Concat", [again, parts[0]], attributes: ["axis": .int(1)])[0]
    return (maker.build([sum, shape]), maker.store)
  }

  @Test(arguments: EngineRegistry.names, [1, 3])
  func severalOutputsOfAnyTypeReachTheirReaders(engine: String, threads: Int) throws {
    let (graph, store) = try Self.split()
    let model = try ModelRun.model(
      graph, EngineRegistry.engine(named: engine)!, parameters: store, threads: threads)
    let input = Array(model.inputs[0].bindMemory(to: Float.self))
    let places = [1, 2, 3, 0, 7, 8, 9, 6]
    let expected: [Float] = places.map { input[$0] }
    #expect(model.outputViews[0].elements(as: Float.self) == expected)
    #expect(model.outputViews[1].elements(as: Int64.self) == [2, 3])
    #expect(model.outputViews[1].info.elementType == .int64)
    #expect(model.outputs.count == 1, "only FP32 outputs are floats")
    #expect(model.realOutputValues == expected, "a shape says nothing of precision")
    #expect(model.outputValues == expected + [2, 3])
    #expect(!model.isDynamic)
    #expect(model.assignments.map(\.implementation).first == "general:Split")
    #expect(model.assignments.first { $0.op == "Shape" }?.format == "int64")
  }

  /// A general operator reads full precision before and after operators that are lowered.
  @Test(arguments: Precision.measurable, EngineRegistry.names)
  func loweredNeighboursConvertAroundThem(precision: Precision, engine: String) throws {
    var maker = GeneralGraph()
    let source = maker.input("source", TensorType(.float32, [3, 8]))
    func weights(_ seed: Int) throws -> [(suffix: String, role: ParameterRole, Tensor)] {
      [
        ("weight", .weights, try Tensor(.float32, [8, 8], (0..<64).map { Float(($0 * 7 + seed) % 13) / 13 - 0.4 })),
        ("bias", .bias, try Tensor(.float32, [8], [Float](repeating: 0.1, count: 8))),
      ]
    }
    let first = try maker.node("first", .linear(Linear(activation: .none)), [source], parameters: weights(1))
    let turned = try maker.general("turned", "Transpose", [first])[0]
    let product = try maker.node("product", .matMul(MatMul()), [first, turned])
    let soft = try maker.node("soft", .softmax, [product])
    let table = try maker.constant("table", Tensor(.float32, [3, 8], (0..<24).map { Float($0) / 24 }))
    let mixed = try maker.node("mixed", .matMul(MatMul()), [soft, table])
    let last = try maker.node("last", .linear(Linear(activation: .silu)), [mixed], parameters: weights(2))
    let graph = maker.build([last])
    let lowered = try Lowering.lower(
      graph, to: precision, calibration: try ModelRun.calibration(graph, maker.store))
    let formats = Dictionary(uniqueKeysWithValues: zip(lowered.graph.tensors.map(\.name), lowered.formats.map(\.name)))
    let product8 = ["fp32": "fp32", "bf16": "bf16", "int8": "u8"][precision.rawValue]!
    // Read by a product and by a general operator: kept in FP32 and converted for the product.
    #expect(formats["first"] == "fp32")
    #expect(formats["turned"] == "fp32")
    #expect(formats["table"] == "fp32")
    #expect(formats["soft"] == product8)
    if precision != .fp32 { #expect(formats["first.\(product8)"] == product8) }
    if precision == .bf16 { #expect(formats["table.bf16"] == "bf16") }
    if precision == .int8 { #expect(Set(["turned.s8", "table.s8"]).isSubset(of: formats.keys)) }
    let expected = try ModelRun.model(graph, ModelRun.reference, .fp32, parameters: maker.store)
    let actual = try ModelRun.model(
      graph, EngineRegistry.engine(named: engine)!, precision, parameters: maker.store, threads: 2)
    let tolerance: Float = ["fp32": 1e-5, "bf16": 0.02, "int8": 0.05][precision.rawValue]!
    let error = ModelRun.error(Array(actual.outputs[0]), Array(expected.outputs[0]))
    #expect(error < tolerance)
    // Rounding must show, or the test says nothing about it.
    #expect(precision == .fp32 || error > 1e-5)
    withExtendedLifetime((actual, expected)) {}
  }

  @Test(arguments: EngineRegistry.names)
  func anIndexOutOfRangeIsAFaultThatNamesItsNode(engine: String) throws {
    var maker = GeneralGraph()
    let rows = maker.input("rows", TensorType(.int64, [2]))
    let table = try maker.constant("table", Tensor(.float32, [4, 1], [Float]([10, 11, 12, 13])))
    let found = try maker.general("lookup", "Gather", [table, rows])[0]
    let model = try ExecutableModel(
      graph: maker.build([found]), parameters: maker.store, engine: EngineRegistry.engine(named: engine)!,
      precision: .fp32, team: ThreadTeam(unpinnedThreads: 2))
    let indices = model.inputs[0].bindMemory(to: Int64.self)
    (indices[0], indices[1]) = (3, -4)
    model.run()
    try model.check()
    #expect(Array(model.outputs[0]) == [13, 10])
    indices[1] = 4
    model.run()
    let fault = #expect(throws: ModelFault.self) { try model.check() }
    #expect(fault?.node == "lookup")
    #expect(fault?.description.hasPrefix("Node lookup: An index") == true)
    // A fault is told once, and the next run is judged by itself.
    try model.check()
    indices[1] = 0
    model.run()
    try model.check()
    #expect(Array(model.outputs[0]) == [13, 10])
  }

  @Test func innerTensorsAreKeptOnRequest() throws {
    let (graph, store) = try Self.split()
    let model = try ModelRun.model(graph, ModelRun.openblas, parameters: store, keeping: ["negated", "parts.2"])
    let input = Array(model.inputs[0].bindMemory(to: Float.self))
    #expect(try model.view(of: "negated").floats == [1, 2, 3, 7, 8, 9].map { -input[$0] })
    #expect(try model.view(of: "parts.2").floats == [4, 5, 10, 11].map { input[$0] })
    #expect(try model.view(of: "source").floats == input)
    #expect(try model.view(of: "sizes").elements(as: Int64.self) == [1, 3, 2])
    #expect(throws: UnknownTensorError(name: "again", model: "general")) { try model.view(of: "again") }
    #expect(throws: UnknownTensorError(name: "nonsense", model: "general")) {
      try ModelRun.model(graph, ModelRun.openblas, parameters: store, keeping: ["nonsense"])
    }
  }

  /// A kept tensor in a lowered format shows its real values.
  @Test func keptIntegersAreShownAsRealValues() throws {
    let graph = try TestGraphs.residual()
    let full = try ModelRun.model(graph, ModelRun.openblas, .fp32, keeping: ["a"])
    let lowered = try ModelRun.model(graph, ModelRun.openblas, .int8, keeping: ["a"])
    let view = try lowered.view(of: "a")
    #expect(view.format.name == "u8")
    #expect(ModelRun.error(view.floats, try full.view(of: "a").floats) < 0.05)
    #expect(view.elements(as: Float.self).allSatisfy { $0 == $0.rounded() })
  }

  @Test func unknownOperatorsAndWrongTypesAreRefused() throws {
    var maker = GeneralGraph()
    let source = maker.input("source", Self.float6)
    let wrong = maker.declare(TensorInfo(name: "wrong", shape: [6, 3], elementType: .float32))
    let transpose = GeneralOperator("Transpose", opset: 17, slots: [0])
    maker.append(Node(name: "turn", op: .general(transpose), inputs: [source], outputs: [wrong]))
    let error = #expect(throws: UnpreparedNodeError.self) {
      try ModelRun.model(maker.build([wrong]), ModelRun.openblas, parameters: maker.store)
    }
    #expect(error?.node == "turn")

    var unknown = GeneralGraph()
    let input = unknown.input("source", Self.float6)
    let result = unknown.declare(TensorInfo(name: "result", shape: [2, 6], elementType: .float32))
    let loop = GeneralOperator("Loop", opset: 17, slots: [0])
    unknown.append(Node(name: "loop", op: .general(loop), inputs: [input], outputs: [result]))
    #expect(throws: UnsupportedNodeError(engine: "openblas", node: "loop", op: "Loop")) {
      try ModelRun.model(unknown.build([result]), ModelRun.openblas, parameters: unknown.store)
    }
  }

  @Test func aRunOfGeneralOperatorsAllocatesNothing() throws {
    let (graph, store) = try Self.split()
    let model = try ModelRun.model(graph, ModelRun.openblas, parameters: store)
    // The first run looks up Swift's metadata.
    model.run()
    let before = clinux_thread_allocation_count()
    model.run()
    #expect(clinux_thread_allocation_count() == before)
  }

  @Test func constantsCountAsWeights() throws {
    let (graph, store) = try Self.split()
    let model = try ModelRun.model(graph, ModelRun.openblas, parameters: store)
    let split = try #require(model.assignments.first)
    #expect((split.parameters, split.weightBytes, split.activationBytes) == (3, 24, 4 * 24))
  }
}

extension TensorID {
  fileprivate var asList: [TensorID] { [self] }
}
