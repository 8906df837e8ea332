@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseMeanPoolTests {
  private static let (float, boolean) = (GeneralOperator.Attribute.int(1), GeneralOperator.Attribute.int(9))

  /// Rows (2, 5, 3) and what varies of the spelling.
  private func mean(
    _ test: inout TestDraft, mask: TensorID, throughTruth: Bool = true, least: Float = 1,
    maskIsLeft: Bool = false
  ) throws -> TensorID {
    let source = test.input(2, 5, 3)
    let truth = throughTruth ? try test.node("Cast", mask, attributes: ["to": Self.boolean]) : mask
    let weights = try test.node("Cast", truth, attributes: ["to": Self.float])
    let spread = try test.node("Unsqueeze", weights, test.integers([2]))
    let kept = maskIsLeft ? try test.node("Mul", spread, source) : try test.node("Mul", source, spread)
    let sum = try test.node("ReduceSum", kept, test.integers([1]), attributes: ["keepdims": .int(0)])
    let count = try test.node("ReduceSum", weights, test.integers([1]), attributes: ["keepdims": .int(1)])
    return try test.node("Div", sum, try test.node("Max", count, test.scalar(least)))
  }

  @Test(arguments: [true, false]) func findsTheSpelling(maskIsLeft: Bool) throws {
    var test = TestDraft()
    let mask = test.input(2, 5, elementType: .int32)
    let result = try mean(&test, mask: mask, maskIsLeft: maskIsLeft)
    try expectRewrite(test, outputs: [result], by: [FuseMeanPool()], to: ["meanPool"])
  }

  /// Weights other than 0 and 1, another limit, a mask of another type.
  @Test func leavesOtherMeans() throws {
    var test = TestDraft()
    let mask = test.input(2, 5, elementType: .int32)
    let weighted = try mean(&test, mask: mask, throughTruth: false)
    let limited = try mean(&test, mask: mask, least: 2)
    let wide = try mean(&test, mask: test.input(2, 5, elementType: .int64))
    try expectUnchanged(test, outputs: [weighted, limited, wide], by: [FuseMeanPool()])
  }
}
