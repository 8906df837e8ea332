@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FoldBatchNormalizationTests {
  struct Case: CustomStringConvertible {
    let description: String
    let op: String
    let source: [Int]
    let weights: [Int]
    let channels: Int
    var group = 1
    var hasBias = false
  }

  static let cases = [
    Case(description: "plain", op: "Conv", source: [1, 3, 4, 5], weights: [6, 3, 1, 1], channels: 6),
    Case(
      description: "grouped with bias", op: "Conv", source: [2, 4, 4, 5], weights: [6, 2, 1, 1], channels: 6, group: 2,
      hasBias: true),
    Case(description: "one dimension", op: "Conv", source: [1, 3, 8], weights: [2, 3, 3], channels: 2, hasBias: true),
    Case(description: "transposed", op: "ConvTranspose", source: [1, 3, 4, 5], weights: [3, 6, 2, 2], channels: 6),
    Case(
      description: "transposed, grouped", op: "ConvTranspose", source: [1, 4, 4, 5], weights: [4, 3, 2, 2], channels: 6,
      group: 2, hasBias: true),
  ]

  private func convolution(_ example: Case) throws -> (TestDraft, TensorID) {
    var test = TestDraft()
    let source = test.draft.addInput("x", TensorType(.float32, Shape(example.source)))
    let weights = test.floats(example.weights, seeded(Shape(example.weights).count, seed: 5))
    let bias = example.hasBias ? test.weights(example.channels) : nil
    let result = try test.node(example.op, source, weights, bias, attributes: ["group": .int(example.group)])
    return (test, result)
  }

  @Test(arguments: cases) func foldsIntoEveryConvolution(_ example: Case) throws {
    var (test, product) = try convolution(example)
    let c = example.channels
    let result = try test.node(
      "BatchNormalization", product, test.weights(c), test.weights(c), test.weights(c), test.weights(c, offset: 2),
      attributes: ["epsilon": .float(0.25)])
    let draft = try expectRewrite(test, outputs: [result], by: [FoldBatchNormalization()], to: [example.op])
    #expect(draft.nodes[0].origins == ["\(example.op)0", "BatchNormalization1"])
    // Weights are folded late: until then the graph holds no values.
    for constant in draft.constants {
      guard case .deferred = constant else {
        Issue.record("a constant was loaded")
        return
      }
    }
  }

  @Test(arguments: cases) func foldsAWholeChain(_ example: Case) throws {
    var (test, product) = try convolution(example)
    let c = example.channels
    let dims = [c] + [Int](repeating: 1, count: example.source.count - 2)
    var result = try test.node("Mul", product, test.scalar(1.5))
    result = try test.node("Add", test.floats(dims, seeded(c, seed: 77)), result)
    result = try test.node(
      "BatchNormalization", result, test.weights(c), test.weights(c), test.weights(c), test.weights(c, offset: 2))
    result = try test.node("Relu", result)
    try expectRewrite(test, outputs: [result], by: [FoldBatchNormalization()], to: [example.op, "Relu"])
  }

  @Test func computesInDoublePrecisionAndRoundsOnce() throws {
    var test = TestDraft()
    let product = try test.node("Conv", test.input(1, 1, 1, 1), test.floats([1, 1, 1, 1], [3]), test.floats([1], [1]))
    // Two factors whose product is 1 but whose first alone is not representable.
    let third = try test.node("Div", product, test.scalar(3))
    let result = try test.node("Mul", third, test.scalar(3))
    var draft = test.draft
    draft.outputs = [result]
    #expect(try FoldBatchNormalization().run(on: &draft) == 1)
    let (graph, constants) = draft.compacted()
    let weights = try #require(graph[graph.nodes[0].inputs[1]].parameter)
    #expect(try constants[weights.index].tensor().copied(as: Float.self) == [3])
  }

  // MARK: What must not be folded

  @Test func leavesAResultThatAnotherReads() throws {
    var (test, product) = try convolution(Self.cases[0])
    let result = try test.node(
      "BatchNormalization", product, test.weights(6), test.weights(6), test.weights(6), test.weights(6, offset: 2))
    let other = try test.node("Neg", product)
    try expectUnchanged(test, outputs: [result, other], by: [FoldBatchNormalization()])
    try expectUnchanged(test, outputs: [result, product], by: [FoldBatchNormalization()])
  }

  @Test func leavesStatisticsThatAreComputed() throws {
    var (test, product) = try convolution(Self.cases[0])
    let mean = test.input(6)
    let result = try test.node(
      "BatchNormalization", product, test.weights(6), test.weights(6), mean, test.weights(6, offset: 2))
    try expectUnchanged(test, outputs: [result], by: [FoldBatchNormalization()])
  }

  @Test func leavesConstantsOfOtherAxes() throws {
    var (test, product) = try convolution(
      Case(description: "", op: "Conv", source: [1, 3, 4, 6], weights: [6, 3, 1, 1], channels: 6))
    // Six values along the columns, not along the channels.
    let result = try test.node("Mul", product, test.weights(6))
    let inverse = try test.node("Div", test.scalar(1), result)
    try expectUnchanged(test, outputs: [inverse], by: [FoldBatchNormalization()])
  }

  @Test func leavesWeightsThatAreComputed() throws {
    var test = TestDraft()
    let product = try test.node("Conv", test.input(1, 3, 4, 5), test.input(2, 3, 1, 1))
    let result = try test.node("Mul", product, test.scalar(2))
    try expectUnchanged(test, outputs: [result], by: [FoldBatchNormalization()])
  }
}
