@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct ConvertLinearTests {
  @Test(
    arguments: [
      ([:], [5]), (["transB": .int(1)], [5]), (["alpha": .float(0.5), "beta": .float(2), "transB": .int(1)], [1, 5]),
      (["alpha": .float(0.5)], [1]), (["beta": .float(0.5)], nil), (["beta": .float(0.5)], []),
    ] as [([String: GeneralOperator.Attribute], [Int]?)])
  func convertsGemm(_ attributes: [String: GeneralOperator.Attribute], _ bias: [Int]?) throws {
    var test = TestDraft()
    let source = test.input(3, 4)
    let weights = attributes["transB"] == nil ? test.weights(4, 5) : test.weights(5, 4)
    let addend = bias.map { test.floats($0, seeded(Shape($0).count, seed: 9)) }
    let product = try test.node("Gemm", source, weights, addend, attributes: attributes)
    let result = try test.node("Relu", product)
    try expectRewrite(test, outputs: [result], by: [ConvertLinear()], to: ["linear"])
  }

  @Test(arguments: [[4], [3, 4], [2, 3, 4], [2, 1, 3, 4]], [true, false])
  func convertsMatMulWithBias(_ dims: [Int], _ isBiasFirst: Bool) throws {
    var test = TestDraft()
    let source = test.draft.addInput("x", TensorType(.float32, Shape(dims)))
    let product = try test.node("MatMul", source, test.weights(4, 5))
    let bias = test.weights(5)
    let result = try isBiasFirst ? test.node("Add", bias, product) : test.node("Add", product, bias)
    let draft = try expectRewrite(test, outputs: [result], by: [ConvertLinear()], to: ["linear"])
    #expect(draft.nodes[0].origins == ["MatMul0", "Add1"])
    #expect(draft[draft.nodes[0].parameters[0]].shape == [5, 4])
  }

  @Test func mergesFactorsAndActivation() throws {
    var test = TestDraft()
    let product = try test.node("MatMul", test.input(2, 3, 4), test.weights(4, 5))
    let biased = try test.node("Add", product, test.weights(1, 1, 5))
    let scaled = try test.node("Mul", biased, test.scalar(0.125))
    let result = try test.node("Gelu", scaled, opset: 20)
    let draft = try expectRewrite(test, outputs: [result], by: [ConvertLinear()], to: ["linear"])
    #expect(draft.nodes[0].op == .linear(Linear(activation: .gelu)))
  }

  @Test func mergesBatchNormalizationOfMatrices() throws {
    var test = TestDraft()
    let product = try test.node("MatMul", test.input(3, 4), test.weights(4, 5))
    let result = try test.node(
      "BatchNormalization", product, test.weights(5), test.weights(5), test.weights(5), test.weights(5, offset: 2))
    try expectRewrite(test, outputs: [result], by: [ConvertLinear()], to: ["linear"])
  }

  @Test func sharesTransposedWeights() throws {
    var test = TestDraft()
    let weights = test.weights(4, 4)
    let first = try test.node("MatMul", test.input(3, 4), weights)
    let second = try test.node("MatMul", first, weights)
    let third = try test.node("Gemm", second, weights, attributes: ["transB": .int(1)])
    let draft = try expectRewrite(test, outputs: [third], by: [ConvertLinear()], to: ["linear", "linear", "linear"])
    #expect(draft.nodes[0].parameters[0] == draft.nodes[1].parameters[0])
    #expect(draft.nodes[0].parameters[0] != draft.nodes[2].parameters[0])
  }

  // MARK: What must not be fused

  @Test func leavesWhatIsNoInnerProduct() throws {
    var test = TestDraft()
    let (source, other) = (test.input(4, 4), test.input(4, 4))
    let activations = try test.node("MatMul", source, other)
    let left = try test.node("MatMul", test.weights(4, 4), source)
    let batched = try test.node("MatMul", source, test.weights(2, 4, 4))
    let turned = try test.node("Gemm", source, test.weights(4, 5), attributes: ["transA": .int(1)])
    let rows = try test.node("Gemm", source, test.weights(4, 5), test.weights(4, 1))
    try expectUnchanged(test, outputs: [activations, left, batched, turned, rows], by: [ConvertLinear()])
  }

  @Test func leavesConstantsAcrossFeatures() throws {
    var test = TestDraft()
    let product = try test.node("MatMul", test.input(2, 5, 4), test.weights(4, 5))
    let rows = try test.node("Add", product, test.weights(5, 1))
    let again = try test.node("MatMul", test.input(2, 5, 4), test.weights(4, 5))
    let positions = try test.node("Add", again, test.weights(5, 5))
    let grown = try test.node("MatMul", test.input(5, 4), test.weights(4, 5))
    let broadcast = try test.node("Add", grown, test.weights(1, 1, 5))
    try expectRewrite(
      test, outputs: [rows, positions, broadcast], by: [ConvertLinear()],
      to: ["linear", "Add", "linear", "Add", "linear", "Add"])
  }

  @Test func leavesAResultThatAnotherReads() throws {
    var test = TestDraft()
    let product = try test.node("MatMul", test.input(2, 4), test.weights(4, 5))
    let (one, other) = (try test.node("Add", product, test.weights(5)), try test.node("Neg", product))
    try expectRewrite(test, outputs: [one, other], by: [ConvertLinear()], to: ["linear", "Add", "Neg"])
  }
}
