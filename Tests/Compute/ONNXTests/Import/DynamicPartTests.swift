import ModelGraph
import ONNX
import Tensors
import Testing

@Suite struct DynamicPartTests {
  /// Finds the places of positive elements and looks them up; one branch does not depend on them.
  static let model = ModelMaker().input("x", .float32, [.fixed(100)])
    .constant("zero", .float32, [], [Float(0)]).constant("table", .float32, [100], [Float](repeating: 1, count: 100))
    .node("Greater", ["x", "zero"], ["positive"], name: "greater").node(
      "NonZero", ["positive"], ["places"], name: "nonzero"
    )
    .node("Gather", ["table", "places"], ["found"], name: "gather").node("Neg", ["x"], ["n"], name: "neg")
    .node("Mul", ["found", "zero"], ["product"], name: "mul").output("product").output("n").output("places", .int64)

  @Test func whatFollowsFromDataIsOneNode() throws {
    let imported = try Self.model.imported()
    #expect(imported.operators == ["Greater", "Neg", "dynamic"])
    let node = try #require(imported.graph.nodes.last)
    guard case .dynamic(let nested) = node.op else { return #expect(Bool(false)) }
    #expect(nested.nodes.map(\.name) == ["nonzero", "gather", "mul"])
    #expect(node.origins == ["nonzero", "gather", "mul"])
    #expect(nested.parameters.isEmpty)
    // The mask and the two constants come in, two tensors go out.
    #expect(node.inputs.map { imported.graph[$0].name } == ["positive", "table", "zero"])
    #expect(nested.inputs.map { nested[$0].type } == node.inputs.map { imported.graph[$0].type })
    #expect(node.outputs.map { imported.graph[$0].name } == ["product", "places"])
    #expect(nested.outputs.map { nested[$0].name } == ["product", "places"])
    #expect(node.outputs.allSatisfy { imported.graph[$0].isDynamic && imported.graph[$0].shape == [] })
    #expect(nested.tensors.filter(\.isDynamic).map(\.name) == ["places", "found", "product"])
  }

  @Test func outputsSayThatTheyAreDynamic() throws {
    let outputs = try Self.model.imported().outputs
    #expect(outputs.map(\.name) == ["product", "n", "places"])
    #expect(outputs.map(\.isDynamic) == [true, false, true])
    #expect(outputs.map(\.type.elementType) == [.float32, .float32, .int64])
  }

  @Test func shapesOfDynamicTensorsAreDynamic() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(100)]).node("NonZero", ["x"], ["p"])
      .node("Shape", ["p"], ["s"]).output("s", .int64).imported()
    #expect(imported.operators == ["dynamic"])
  }

  @Test func narrowDynamicOutputsAreConverted() throws {
    let imported = try ModelMaker().input("x", .float16, [.fixed(100)]).node("NonZero", ["x"], ["p"])
      .node("Gather", ["x", "p"], ["y"]).output("y", .float16).imported()
    guard case .dynamic(let nested)? = imported.graph.nodes.last?.op else { return #expect(Bool(false)) }
    #expect(nested.nodes.map(\.op.name) == ["NonZero", "Gather", "Cast"])
    #expect(imported.outputs.map(\.type.elementType) == [.float16])
  }

  // MARK: Inputs that decide shapes

  static let reshape = ModelMaker().input("x", .float32, [.fixed(6)]).input("target", .int64, [.fixed(2)])
    .node("Reshape", ["x", "target"], ["y"], name: "reshape").output("y")

  @Test func asksForTheInputThatDecidesAShape() throws {
    let error = #expect(throws: ImportError.self) { try Self.reshape.imported() }
    #expect(error?.kind == .needsBinding(["target"]))
    #expect(error?.inputsToBind == ["target"])
    #expect(error?.exitCode == 64)
    for part in ["'target'", "'reshape'", "--input target="] { #expect(error?.description.contains(part) == true) }
  }

  @Test func boundInputsBecomeConstants() throws {
    let value = try Tensor(.int64, [2], [Int64(2), 3])
    let imported = try Self.reshape.imported { $0.bindings = ["target": value] }
    #expect(imported.outputTypes == ["float32 2x3"])
    #expect(imported.inputs.map(\.name) == ["x"])
    #expect(imported.boundInputs == ["target"])
  }

  /// Arithmetic on a small input is still a shape.
  @Test func findsTheInputBehindArithmetic() throws {
    let maker = ModelMaker().input("x", .float32, [.fixed(1)]).input("a", .int64, [.fixed(1)]).input(
      "b", .int64, [.fixed(1)]
    )
    .input("other", .int64, [.fixed(1)]).node("Mul", ["a", "b"], ["p"]).node("Expand", ["x", "p"], ["e"])
    .node("Add", ["other", "other"], ["o"]).output("e").output("o", .int64)
    let error = #expect(throws: ImportError.self) { try maker.imported() }
    #expect(error?.kind == .needsBinding(["a", "b"]))
    let (two, three) = (try Tensor(.int64, [1], [Int64(2)]), try Tensor(.int64, [1], [Int64(3)]))
    #expect(try maker.imported { $0.bindings = ["a": two, "b": three] }.outputTypes == ["float32 6", "int64 1"])
  }

  /// Extents that follow from data, not from a small input, are known only at run time.
  @Test func dataThatDecidesAShapeMakesItDynamic() throws {
    let imported = try ModelMaker().input("x", .float32, [.fixed(1)]).input("data", .int64, [.fixed(1000)])
      .node("ReduceMax", ["data"], ["m"], ["axes": .ints([0])]).node("Expand", ["x", "m"], ["y"]).output("y").imported()
    #expect(imported.operators == ["ReduceMax", "dynamic"])
  }
}
