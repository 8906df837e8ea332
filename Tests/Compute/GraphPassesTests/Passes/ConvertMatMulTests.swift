@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct ConvertMatMulTests {
  @Test(arguments: 0..<8) func mergesFactorsAndTransposition(_ combination: Int) throws {
    let (scalesOperands, transposes) = (combination & 1 != 0, combination & 2 != 0)
    let scalesResult = combination & 4 != 0
    var test = TestDraft()
    var (left, right) = (test.input(2, 3, 4, 5), transposes ? test.input(3, 6, 5) : test.input(3, 5, 6))
    let (a, b) = (left, right)
    if scalesOperands {
      left = try test.node("Mul", test.scalar(0.5), left)
      right = try test.node("Div", right, test.scalar(4))
    }
    if transposes { right = try test.node("Transpose", right, attributes: ["perm": .ints([0, 2, 1])]) }
    if scalesOperands { right = try test.node("Mul", right, test.scalar(3)) }
    var result = try test.node("MatMul", left, right)
    if scalesResult { result = try test.node("Div", result, test.scalar(8)) }
    let draft = try expectRewrite(test, outputs: [result], by: [ConvertMatMul()], to: ["matMul"])
    let scale = (scalesOperands ? 0.375 : 1) / (scalesResult ? 8 : 1)
    #expect(draft.nodes[0].op == .matMul(MatMul(transposesRight: transposes, scale: Float(scale))))
    #expect(draft.nodes[0].inputs == [a, b])
  }

  @Test func leavesOtherTranspositionsAndFactors() throws {
    var test = TestDraft()
    let (left, right) = (test.input(2, 3, 4), test.input(2, 4, 4))
    let turned = try test.node("Transpose", right, attributes: ["perm": .ints([1, 2, 0])])
    let moved = try test.node("MatMul", test.input(4, 3, 4), turned)
    let vector = try test.node("Mul", try test.node("MatMul", left, right), test.weights(4))
    let inverse = try test.node("Div", test.scalar(1), try test.node("MatMul", left, right))
    let factor = test.input(1)
    let computed = try test.node("Mul", try test.node("MatMul", left, right), factor)
    try expectRewrite(
      test, outputs: [moved, vector, inverse, computed], by: [ConvertMatMul()],
      to: ["Transpose", "matMul", "matMul", "Mul", "matMul", "Div", "matMul", "Mul"])
  }

  @Test func leavesScaledOperandsThatAnotherReads() throws {
    var test = TestDraft()
    let scaled = try test.node("Mul", test.input(3, 4), test.scalar(2))
    let product = try test.node("MatMul", scaled, test.input(4, 5))
    let draft = try expectRewrite(test, outputs: [product, scaled], by: [ConvertMatMul()], to: ["Mul", "matMul"])
    #expect(draft.nodes[1].op == .matMul(MatMul()))
  }

  @Test func leavesVectorsAndConstants() throws {
    var test = TestDraft()
    let matrix = test.input(4, 4)
    let vector = try test.node("MatMul", matrix, test.input(4))
    let constant = try test.node("MatMul", test.weights(4, 4), matrix)
    try expectUnchanged(test, outputs: [vector, constant], by: [ConvertMatMul()])
  }
}
