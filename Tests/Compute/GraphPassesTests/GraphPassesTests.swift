@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct GraphPassesTests {
  /// A block of a residual network and one of a transformer, through all passes.
  @Test func fusesWholeBlocks() throws {
    var test = TestDraft()
    func normalised(_ x: TensorID) throws -> TensorID {
      try test.node(
        "BatchNormalization", x, test.weights(4), test.weights(4), test.weights(4), test.weights(4, offset: 2))
    }
    let image = test.input(1, 4, 6, 6)
    let pads: [String: GeneralOperator.Attribute] = ["pads": .ints([1, 1, 1, 1])]
    var x = try normalised(try test.node("Conv", image, test.weights(4, 4, 3, 3), attributes: pads))
    x = try test.node("Relu", x)
    x = try normalised(try test.node("Conv", x, test.weights(4, 4, 3, 3), attributes: pads))
    x = try test.node("Relu", try test.node("Add", x, image))
    let pooled = try test.node("Flatten", try test.node("GlobalAveragePool", x))
    let result = try test.node("Gemm", pooled, test.weights(3, 4), test.weights(3), attributes: ["transB": .int(1)])
    var draft = try expectRewrite(
      test, outputs: [result], by: GraphPasses.all, to: ["convolution", "convolution", "globalAveragePool", "linear"],
      tolerance: 1e-5)
    draft = test.draft
    draft.outputs = [result]
    #expect(
      try GraphPasses.run(on: &draft) == [
        GraphPasses.Report(pass: "fold-batch-normalization", changes: 2),
        GraphPasses.Report(pass: "convert-convolution", changes: 2),
        GraphPasses.Report(pass: "convert-pools", changes: 1), GraphPasses.Report(pass: "convert-linear", changes: 1),
        GraphPasses.Report(pass: "merge-movements", changes: 1),
      ])
  }

  @Test func leavesNothingToDoForASecondRun() throws {
    var test = TestDraft()
    let source = test.input(2, 5, 12)
    let parts = try test.nodes(
      "Split", [try test.node("Add", try test.node("MatMul", source, test.weights(12, 36)), test.weights(36))],
      opset: 11, attributes: ["axis": .int(2)], outputs: 3)
    func heads(_ x: TensorID, _ order: [Int]) throws -> TensorID {
      try test.node(
        "Transpose", try test.node("Reshape", x, test.integers([2, 5, 3, 4])), attributes: ["perm": .ints(order)])
    }
    let scores = try test.node("MatMul", try heads(parts[0], [0, 2, 1, 3]), try heads(parts[1], [0, 2, 3, 1]))
    let weights = try test.node("Softmax", try test.node("Div", scores, test.scalar(2)))
    let context = try test.node(
      "Transpose", try test.node("MatMul", weights, try heads(parts[2], [0, 2, 1, 3])),
      attributes: ["perm": .ints([0, 2, 1, 3])])
    let merged = try test.node("Reshape", context, test.integers([2, 5, 12]))
    let projected = try test.node("Add", try test.node("MatMul", merged, test.weights(12, 12)), test.weights(12))
    let result = try test.node(
      "LayerNormalization", try test.node("Add", projected, source), test.weights(12), test.weights(12))
    var draft = try expectRewrite(
      test, outputs: [result], by: GraphPasses.all,
      to: [
        "linear", "linear", "linear", "attentionScores", "softmax", "attentionContext", "linear", "layerNorm",
      ], tolerance: 1e-5)
    #expect(try GraphPasses.run(on: &draft).isEmpty)
  }

  /// Work that grew with the square of the graph would take minutes here.
  @Test func takesGraphsOfManyNodes() throws {
    var draft = GraphDraft(name: "long")
    let type = TensorType(.float32, [1, 8])
    let one = draft.addConstant("one", .tensor(try Tensor(.float32, [], [1] as [Float])))
    var x = draft.addInput("x", type)
    for index in 0..<40_000 {
      let (op, inputs): (String, [TensorID]) = index % 4 == 0 ? ("Mul", [x, one]) : ("Neg", [x])
      // All have one name, as a stranger's file might.
      let result = draft.addTensor("same", type)
      let general = GeneralOperator(op, opset: 17, slots: Array(inputs.indices))
      draft.append(Node(name: "node\(index)", op: .general(general), inputs: inputs, outputs: [result]))
      x = result
    }
    draft.outputs = [x]
    _ = try GraphPasses.run(on: &draft)
    #expect(draft.nodes.count == 30_000)
    #expect(Set(draft.tensors.map(\.name)).count == draft.tensors.count)
  }

  /// Edits beside nodes with many operands, many results or many readers, which would take minutes if they cost their
  /// number.
  @Test func takesNodesWithManyNeighbours() throws {
    let count = 50_000
    var draft = GraphDraft(name: "wide")
    let type = TensorType(.float32, [1])
    let zero = draft.addConstant("zero", .tensor(try Tensor(.float32, [], [0] as [Float])))
    let x = draft.addInput("x", TensorType(.float32, [count]))
    func append(_ op: String, _ inputs: [TensorID], _ outputs: [TensorID]) {
      let general = GeneralOperator(op, opset: 17, slots: Array(inputs.indices))
      draft.append(
        Node(name: "node\(draft.nodes.count)", op: .general(general), inputs: inputs, outputs: outputs))
    }
    func tensors(_ name: String) -> [TensorID] { (0..<count).map { draft.addTensor("\(name)\($0)", type) } }
    // Each part goes through an addition of nothing, half of them to a graph output, half of them to one sum.
    let (parts, same) = (tensors("part"), tensors("same"))
    append("Split", [x], parts)
    for (part, result) in zip(parts, same) { append("Add", [part, zero], [result]) }
    let total = draft.addTensor("total", type)
    append("Sum", Array(same[(count / 2)...]), [total])
    // All of these are one.
    let copies = tensors("copy")
    for copy in copies { append("Neg", [total], [copy]) }
    let result = draft.addTensor("result", type)
    append("Max", copies, [result])
    draft.outputs = Array(same[..<(count / 2)]) + [result]

    _ = try GraphPasses.run(on: &draft)
    #expect(draft.nodes.map(\.op.name) == ["Split", "Sum", "Neg", "Max"])
    let written = Array(same[..<(count / 2)]) + Array(parts[(count / 2)...])
    #expect(draft.nodes[0].outputs == written)
    #expect(draft.nodes[1].inputs == Array(parts[(count / 2)...]))
    #expect(draft.nodes[3].inputs == [TensorID](repeating: copies[0], count: count))
  }
}
