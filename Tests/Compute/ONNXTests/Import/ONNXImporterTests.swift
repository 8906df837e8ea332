import GraphPasses
import ModelGraph
import ONNX
import Tensors
import Testing

@Suite struct ONNXImporterTests {
  @Test func importsNodesInOrderWithTheirTypes() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(2), .fixed(3)])
      .constant("b", .float32, [3], [Float(1), 2, 3])
      .node("Add", ["x", "b"], ["sum"]).node("Relu", ["sum"], ["y"]).output("y", .float32, [.fixed(2), .fixed(3)])
      .imported()
    #expect(imported.operators == ["Add", "Relu"])
    #expect(imported.outputTypes == ["float32 2x3"])
    #expect(try imported.constant(of: 0, input: 1) == [1, 2, 3])
    #expect(imported.warnings.isEmpty)
    #expect(imported.graph[imported.graph.outputs[0]].name == "y")
    #expect(imported.graph.nodes.map(\.origins) == [["Add.0"], ["Relu.1"]])
    let parameters = try imported.loadParameters()
    #expect(Array(parameters[ParameterID(index: 0)]) == [1, 2, 3])
  }

  @Test func keepsTheModelsNameUnlessGivenOne() throws {
    let maker = ModelMaker().input("x", .float32, [.fixed(1)]).node("Relu", ["x"], ["y"]).output("y")
    #expect(try maker.imported().graph.name == "small")
    #expect(try maker.imported { $0.name = "mine" }.graph.name == "mine")
  }

  @Test func dropsNodesThatNoOutputNeeds() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(1)]).node("Relu", ["x"], ["y"])
      .node("Loop", ["x"], ["z"]).output("y").imported()
    #expect(imported.operators == ["Relu"])
  }

  /// Absent operands leave gaps in the slots; outputs that nobody wants are dropped at the end and declared in the middle.
  @Test func leavesOutAbsentOperandsAndResults() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(4)]).constant("high", .float32, [], [Float(1)])
      .node("Clip", ["x", "", "high"], ["c"]).node("Dropout", ["c"], ["d", ""]).output("d").imported()
    guard case .general(let clip) = imported.graph.nodes[0].op else { return #expect(Bool(false)) }
    #expect(clip.slots == [0, 2])
    #expect(imported.graph.nodes[1].outputs.count == 1)
  }

  @Test func keepsOpsetAndAttributes() throws {
    let imported = try ModelMaker().with(opset: 13).input("x", .float32, [.fixed(2), .fixed(3)])
      .node("Transpose", ["x"], ["y"], ["perm": .ints([1, 0])]).output("y").imported()
    guard case .general(let op) = imported.graph.nodes[0].op else { return #expect(Bool(false)) }
    #expect(op.opset == 13)
    #expect(op.attributes == ["perm": .ints([1, 0])])
    #expect(imported.outputTypes == ["float32 3x2"])
  }

  @Test(arguments: [6, 0, -1, 29, Int.max])
  func refusesOtherOperatorSets(opset: Int) {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().with(opset: opset).input("x", .float32, [.fixed(1)]).node("Relu", ["x"], ["y"]).output("y")
        .imported()
    }
    #expect(error?.exitCode == 69)
    #expect(error?.description.contains("\(opset)") == true)
  }

  // MARK: What is not supported

  @Test(arguments: [
    ("If", "", "subgraphs"), ("Loop", "", "subgraphs"), ("Scan", "", "subgraphs"),
    ("SequenceConstruct", "", "sequences"), ("SplitToSequence", "", "sequences"), ("Optional", "", "sequences"),
    ("FusedConv", "com.microsoft", "'com.microsoft'"), ("Nonsense", "", "not supported"),
    ("Mine", "local", "functions"),
  ])
  func refusesByName(opType: String, domain: String, reason: String) {
    var maker = ModelMaker().input("x", .float32, [.fixed(1)]).node(opType, ["x"], ["a"], name: "first", domain: domain)
      .node(opType, ["a"], ["y"], name: "second", domain: domain).output("y")
    maker.functionNames = ["local.Mine"]
    let error = #expect(throws: ImportError.self) { try maker.imported() }
    #expect(error?.exitCode == 69)
    for part in ["first", opType, reason] { #expect(error?.description.contains(part) == true, "\(error!)") }
    guard case .unsupported(let list) = error?.kind else { return #expect(Bool(false)) }
    #expect(list.map(\.count) == [2])
    #expect(list.map(\.firstNode) == ["first"])
  }

  /// What hangs on something unsupported is not reported as well; what does not is.
  @Test func collectsEverythingThatIsNotSupported() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(1)]).node("Loop", ["x"], ["a"]).node("Relu", ["a"], ["b"])
        .node("Fancy", ["x"], ["c"], domain: "com.other").node("Add", ["b", "c"], ["y"]).output("y").imported()
    }
    guard case .unsupported(let list) = error?.kind else { return #expect(Bool(false)) }
    #expect(list.map(\.name) == ["Loop", "com.other.Fancy"])
    #expect(error?.description.contains("1 more reason") == true)
  }

  @Test func refusesConstantsOfTypesThatAssayHasNot() {
    for value in [ONNXAttribute.string("a"), .other("sparse tensor")] {
      let error = #expect(throws: ImportError.self) {
        try ModelMaker().input("x", .float32, [.fixed(1)]).node(
          "Constant", [], ["c"], name: "here", ["value_string": value]
        )
        .node("Add", ["x", "c"], ["y"]).output("y").imported()
      }
      #expect(error?.exitCode == 69)
      #expect(error?.description.contains("here") == true)
    }
  }

  @Test(arguments: [("SplitToSequence", "sequences"), ("OptionalHasElement", "sequences"), ("Fancy", "the operator")])
  func saysWhatAboutAnOperatorIsNotSupported(_ name: String, _ reason: String) {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(1)]).node(name, ["x"], ["y"]).output("y").imported()
    }
    #expect(error?.exitCode == 69)
    #expect(error?.description.contains(": \(reason)") == true)
  }

  /// It reverses parts of a tensor and has nothing to do with the standard's sequences.
  @Test func importsReverseSequence() throws {
    let model = try ModelMaker().input("x", .float32, [.fixed(4), .fixed(4)])
      .constant("lengths", .int64, [4], [Int64(1), 2, 3, 4])
      .node("ReverseSequence", ["x", "lengths"], ["y"]).output("y").imported()
    #expect(model.operators == ["ReverseSequence"])
  }

  @Test func refusesGraphsAsAttributes() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(1)]).node("Relu", ["x"], ["y"], ["body": .graph]).output("y")
        .imported()
    }
    #expect(error?.exitCode == 69)
  }

  // MARK: What is wrong

  @Test func saysWhichNodeContradictsTheStandard() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(2)]).constant("b", .float32, [3], [Float(1), 2, 3])
        .node("Add", ["x", "b"], ["y"], name: "wrong").output("y").imported()
    }
    #expect(error?.kind == .malformed)
    #expect(error?.exitCode == 65)
    #expect(error?.description.contains("'wrong' (Add)") == true)
  }

  @Test func refusesMoreOutputsThanAnOperatorHas() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(2)]).node("Relu", ["x"], ["y", "z"]).output("z").imported()
    }
    #expect(error?.exitCode == 65)
  }

  @Test func refusesAnOutputOfAnotherElementType() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(2)]).node("Relu", ["x"], ["y"]).output("y", .int64).imported()
    }
    #expect(error?.kind == .malformed)
  }

  /// Exporters leave stale shapes behind, so what is inferred counts; the user learns of it.
  @Test func warnsOfDeclaredExtentsThatAreWrong() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(2)]).node("Relu", ["x"], ["y"])
      .output("y", .float32, [.fixed(1), .symbol("length")]).imported()
    #expect(imported.warnings.count == 1)
    #expect(imported.warnings[0].contains("'y'"))
    #expect(imported.outputTypes == ["float32 2"])
  }

  /// A chain of expansions would take 2^60 bytes; the graph refuses it before anyone multiplies that.
  @Test func refusesActivationsLargerThanAnyMachine() {
    let error = #expect(throws: ImportError.self) {
      try ModelMaker().input("x", .float32, [.fixed(1)]).constant("s", .int64, [2], [Int64(1) << 30, 1 << 26])
        .node("Expand", ["x", "s"], ["y"], name: "huge").output("y").imported()
    }
    #expect(error?.kind == .malformed)
    #expect(error?.description.contains("'huge'") == true)
  }

  // MARK: Outputs

  @Test func tapsInnerTensorsByTheirOrTheirNodesName() throws {
    let maker = ModelMaker().input("x", .float32, [.fixed(2)]).node("Relu", ["x"], ["a"], name: "first")
      .node("Neg", ["a"], ["y"]).node("Abs", ["x"], ["b"], name: "second").output("y")
    let imported = try maker.imported { $0.taps = ["a", "second", "y"] }
    #expect(imported.outputs.map(\.name) == ["y", "a", "b"])
    let error = #expect(throws: ImportError.self) { try maker.imported { $0.taps = ["nowhere"] } }
    #expect(error?.kind == .options)
    #expect(error?.description.contains("'nowhere'") == true)
  }

  /// Inputs and constants as outputs, and one tensor as two outputs, are written by nodes of their own.
  @Test func givesEveryOutputATensorOfItsOwn() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(2)]).constant("c", .float32, [1], [Float(3)])
      .node("Relu", ["x"], ["y"]).output("y").output("x").output("c").imported { $0.taps = ["y"] }
    #expect(imported.outputs.map(\.name) == ["y", "x", "c"])
    #expect(Set(imported.graph.outputs).count == 3)
    #expect(Set(imported.graph.outputs).isDisjoint(with: imported.graph.inputs))
    #expect(imported.operators == ["Relu", "Identity", "Identity"])
    #expect(imported.graph.outputs.allSatisfy { imported.graph[$0].parameter == nil })
  }

  // MARK: Half precision

  @Test(arguments: [ElementType.float16, .bfloat16])
  func widensHalfPrecisionInsideAndKeepsItOutside(type: ElementType) throws {
    // 1.5 in both formats.
    let bits: UInt16 = type == .float16 ? 0x3E00 : 0x3FC0
    let imported = try ModelMaker().input("x", type, [.fixed(1)]).constant("w", type, [1], [bits])
      .node("Mul", ["x", "w"], ["y"]).output("y", type).imported()
    #expect(imported.operators == ["Cast", "Mul", "Cast"])
    #expect(imported.inputs.map(\.type.elementType) == [type])
    #expect(imported.outputs.map(\.type.elementType) == [type])
    #expect(imported.graph[imported.graph.nodes[1].output].elementType == .float32)
    #expect(try imported.constant(of: 1, input: 1) == [1.5])
    #expect(imported.graph[imported.graph.outputs[0]].name == "y")
  }

  @Test func aCastToHalfPrecisionRoundsAndComesBack() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(1)]).node("Cast", ["x"], ["h"], ["to": .int(10)])
      .node("Neg", ["h"], ["y"]).output("y", .float16).imported()
    #expect(imported.operators == ["Cast", "Cast", "Neg", "Cast"])
    #expect(
      imported.graph.nodes.map { imported.graph[$0.output].elementType } == [.float16, .float32, .float32, .float16])
    #expect(Set(imported.graph.nodes.map(\.name)).count == 4)
  }

  @Test func doublePrecisionStays() throws {
    let imported = try ModelMaker().input("x", .float64, [.fixed(1)]).node("Neg", ["x"], ["y"]).output("y", .float64)
      .imported()
    #expect(imported.operators == ["Neg"])
    #expect(imported.outputTypes == ["float64 1"])
  }

  // MARK: Size

  /// Long chains need neither a deep stack nor quadratic time.
  @Test func importsAHundredThousandNodes() throws {
    var maker = ModelMaker().input("x", .float32, [.fixed(1)]).output("t100000")
    maker.nodes = (0..<100_000).map { index in
      ONNXNode(name: "n\(index)", opType: "Relu", inputs: [index == 0 ? "x" : "t\(index)"], outputs: ["t\(index + 1)"])
    }
    #expect(try maker.imported().graph.nodes.count == 100_000)
  }
}
