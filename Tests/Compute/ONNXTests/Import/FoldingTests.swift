import GraphPasses
import ModelGraph
import ONNX
import Synchronization
import Tensors
import Testing

@Suite struct FoldingTests {
  static let base = ModelMaker().input("x", .float32, [.symbol("n"), .fixed(2), .fixed(3)])

  /// The chain that exporters write to flatten all but the first dimension.
  @Test(arguments: [1, 4])
  func shapeArithmeticFolds(batch: Int) throws {
    let imported = try Self.base.constant("zero", .int64, [1], [Int64(0)]).constant("rest", .int64, [1], [Int64(-1)])
      .node("Shape", ["x"], ["s"]).node("Gather", ["s", "zero"], ["n"]).node(
        "Concat", ["n", "rest"], ["t"], ["axis": .int(0)]
      )
      .node("Reshape", ["x", "t"], ["y"]).output("y").imported { $0.batch = batch }
    #expect(imported.operators == ["Reshape"])
    #expect(imported.outputTypes == ["float32 \(batch)x6"])
  }

  @Test(
    arguments: [
      ([:], "int64 3"), (["start": .int(1)], "int64 2"), (["start": .int(-1)], "int64 1"),
      (["start": .int(1), "end": .int(-1)], "int64 1"), (["start": .int(2), "end": .int(1)], "int64 0"),
      (["start": .int(-9), "end": .int(9)], "int64 3"), (["start": .int(.min), "end": .int(.max)], "int64 3"),
    ] as [([String: ONNXAttribute], String)])
  func shapeTakesPartOfTheExtents(attributes: [String: ONNXAttribute], type: String) throws {
    let imported = try Self.base.node("Shape", ["x"], ["y"], attributes).output("y", .int64).imported()
    #expect(imported.outputTypes == [type])
    #expect(imported.operators == ["Identity"])
  }

  @Test func sizeFolds() throws {
    let imported = try Self.base.node("Size", ["x"], ["y"]).output("y", .int64).imported()
    let id = try #require(imported.graph[imported.graph.nodes[0].inputs[0]].parameter)
    #expect(try imported.constants[id.index].tensor().copy(as: Int64.self) == [6])
  }

  @Test(
    arguments: [
      ("value_float", ONNXAttribute.float(2), [2]), ("value_floats", .floats([1, 2, 3]), [1, 2, 3]),
    ] as [(String, ONNXAttribute, [Float])])
  func constantNodesBecomeParameters(name: String, value: ONNXAttribute, expected: [Float]) throws {
    let imported = try Self.base.node("Constant", [], ["c"], [name: value]).node("Mul", ["x", "c"], ["y"]).output("y")
      .imported()
    #expect(imported.operators == ["Mul"])
    #expect(try imported.constant(of: 0, input: 1) == expected)
  }

  @Test func integerConstantsDecideShapes() throws {
    let imported = try Self.base.node("Constant", [], ["c"], ["value_ints": .ints([3, -1])])
      .node("Reshape", ["x", "c"], ["y"]).output("y").imported()
    #expect(imported.outputTypes == ["float32 3x2"])
  }

  @Test func constantTensorsAreReadOnlyWhenNeeded() throws {
    let reads = Mutex(0)
    let tensor = ONNXTensor(name: "", type: TensorType(.float32, [2, 3])) { destination in
      reads.withLock { $0 += 1 }
      destination.bindMemory(to: Float.self).initialize(repeating: 7)
    }
    let imported = try Self.base.node("Constant", [], ["c"], ["value": .tensor(tensor)]).node("Mul", ["x", "c"], ["y"])
      .output("y").imported()
    #expect(reads.withLock { $0 } == 0)
    #expect(try imported.constant(of: 0, input: 1) == [Float](repeating: 7, count: 6))
    #expect(reads.withLock { $0 } == 1)
  }

  @Test func weightsAreNotReadToInferTypes() throws {
    let reads = Mutex(0)
    var maker = Self.base.node("MatMul", ["x", "w"], ["y"]).output("y")
    maker.initializers = [
      ONNXTensor(name: "w", type: TensorType(.float32, [3, 5])) { _ in reads.withLock { $0 += 1 } }
    ]
    #expect(try maker.imported().outputTypes == ["float32 1x2x5"])
    #expect(reads.withLock { $0 } == 0)
  }

  /// Large results wait until somebody needs them, and then give the same values.
  @Test func largeResultsAreDeferred() throws {
    let count = 1 << 16
    let imported = try ModelMaker().input("x", .float32, [.fixed(count)])
      .constant("q", .int8, [count], [Int8](repeating: -3, count: count)).constant("scale", .float32, [], [Float(0.5)])
      .node("Cast", ["q"], ["f"], ["to": .int(1)]).node("Mul", ["f", "scale"], ["w"]).node("Add", ["x", "w"], ["y"])
      .output("y").imported()
    #expect(imported.operators == ["Add"])
    #expect(imported.graph.parameters.map(\.type) == [TensorType(.float32, [count])])
    guard case .deferred = imported.constants[0] else { return #expect(Bool(false), "it was computed at once") }
    #expect(try imported.constant(of: 0, input: 1) == [Float](repeating: -1.5, count: count))
  }

  /// A chain of doublings, each reading the one before twice, must not compute 2^40 elements.
  @Test func sharedOperandsAreNotComputedAgainAndAgain() throws {
    let count = 1 << 16
    var maker = ModelMaker().input("x", .float32, [.fixed(count)])
      .constant("w0", .float32, [count], [Float](repeating: 1, count: count))
    for index in 0..<40 { maker = maker.node("Add", ["w\(index)", "w\(index)"], ["w\(index + 1)"]) }
    let imported = try maker.node("Add", ["x", "w40"], ["y"]).output("y").imported()
    #expect(imported.operators.count == 1)
    #expect(try imported.constant(of: 0, input: 1).allSatisfy { $0 == 0x1p40 })
  }

  /// A tiny file must not make gigabytes of constants: what would stays a node.
  @Test(arguments: ["ConstantOfShape", "Expand", "Tile", "Range"])
  func blowUpsStayNodes(opType: String) throws {
    let big = Int64(1) << 26
    let maker = ModelMaker().input("x", .float32, [.fixed(1)]).constant("n", .int64, [1], [big])
      .constant("one", .float32, [1], [Float(1)]).constant("limit", .float32, [], [Float(big)])
      .constant("start", .float32, [], [Float(0)]).constant("delta", .float32, [], [Float(1)])
    let operands = [
      "ConstantOfShape": ["n"], "Expand": ["one", "n"], "Tile": ["one", "n"], "Range": ["start", "limit", "delta"],
    ]
    let imported = try maker.node(opType, try #require(operands[opType]), ["big"]).node("Add", ["x", "big"], ["y"])
      .output("y")
      .imported()
    #expect(imported.operators == [opType, "Add"])
    #expect(imported.graph.parameters.allSatisfy { $0.type.byteCount <= 8 })
  }

  /// What no file of a few hundred bytes can mean is not believed, unless the user says the extents.
  @Test func tensorsBeyondAllProportionAreRefused() throws {
    let maker = ModelMaker().input("x", .float32, [.symbol("n"), .fixed(1 << 14)]).node("Relu", ["x"], ["r"])
      .constant("times", .int64, [2], [Int64(1), 1 << 14]).node("Tile", ["r", "times"], ["y"]).output("y")
    let error = #expect(throws: ImportError.self) { try ONNXImporter.makeModel(maker.model) }
    #expect(error?.exitCode == 65 && error?.reason.contains("--shape") == true)
    var options = ImportOptions()
    options.symbols = ["n": 256]
    #expect(throws: ImportError.self) { try ONNXImporter.makeModel(maker.model, options: options) }
    let modest = ModelMaker().input("x", .float32, [.symbol("n"), .fixed(1 << 20)])
      .constant("times", .int64, [2], [Int64(1), 32]).node("Tile", ["x", "times"], ["y"]).output("y")
    options.symbols = ["n": 16]
    #expect(try ONNXImporter.makeModel(modest.model, options: options).outputs.first?.type.shape == [16, 1 << 25])
    options = ImportOptions()
    options.batch = 1
    let wide = ModelMaker().input("x", .float32, [.fixed(16), .fixed(1 << 23)]).node("Relu", ["x"], ["y"]).output("y")
    #expect(throws: ImportError.self) { try ONNXImporter.makeModel(wide.model, options: options) }
    options.shapes = ["x": [16, 1 << 23]]
    #expect(try ONNXImporter.makeModel(wide.model, options: options).outputs.first?.type.shape == [16, 1 << 23])
  }

  /// Many results that are small enough one by one.
  @Test func theSumOfFoldedResultsIsBounded() throws {
    var maker = ModelMaker().input("x", .float32, [.fixed(1)]).constant("n", .int64, [1], [Int64(1) << 22])
    for index in 0..<32 {
      maker = maker.node("ConstantOfShape", ["n"], ["c\(index)"]).node("Add", ["x", "c\(index)"], ["y\(index)"]).output(
        "y\(index)")
    }
    let imported = try maker.imported()
    let bytes = imported.graph.parameters.filter { $0.shape.count > 1 }.reduce(0) { $0 + $1.type.byteCount }
    #expect(bytes <= 64 << 20)
    #expect(imported.operators.filter { $0 == "ConstantOfShape" }.count >= 28)
  }

  @Test func productsOfLargeConstantsStayNodes() throws {
    let size = 512
    let values = [Float](repeating: 1, count: size * size)
    let imported = try ModelMaker().input("x", .float32, [.fixed(size)]).constant("a", .float32, [size, size], values)
      .node("MatMul", ["a", "a"], ["p"]).node("Add", ["x", "p"], ["y"]).output("y").imported()
    #expect(imported.operators == ["MatMul", "Add"])
  }

  @Test func aConstantIndexOutOfRangeIsTheModelsFault() {
    let error = #expect(throws: ImportError.self) {
      try Self.base.constant("table", .float32, [2], [Float(1), 2]).constant("i", .int64, [1], [Int64(5)])
        .node("Gather", ["table", "i"], ["g"], name: "lookup").node("Mul", ["x", "g"], ["y"]).output("y").imported()
    }
    #expect(error?.kind == .malformed)
    #expect(error?.description.contains("'lookup'") == true)
  }
}
