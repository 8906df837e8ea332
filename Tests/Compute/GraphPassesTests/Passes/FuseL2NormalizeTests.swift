@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseL2NormalizeTests {
  private static let axes: [String: GeneralOperator.Attribute] = ["axes": .ints([1])]

  @Test(arguments: ["Clip", "Max"], [true, false]) func findsTheSpelling(_ limit: String, _ expands: Bool) throws {
    var test = TestDraft()
    let x = test.input(3, 4)
    let norm = try test.node("ReduceL2", x, attributes: Self.axes)
    var divisor = try test.node(limit, norm, test.scalar(1e-12))
    if expands { divisor = try test.node("Expand", divisor, test.integers([3, 4])) }
    let result = try test.node("Div", x, divisor)
    try expectRewrite(test, outputs: [result], by: [FuseL2Normalize()], to: ["l2Normalize"])
    try expectUnchanged(test, outputs: [result, norm], by: [FuseL2Normalize()])
  }

  @Test func leavesOtherLimitsAndAxes() throws {
    var test = TestDraft()
    let x = test.input(4, 4)
    let plain = try test.node("Div", x, try test.node("ReduceL2", x, attributes: Self.axes))
    let high = try test.node(
      "Div", x, try test.node("Clip", try test.node("ReduceL2", x, attributes: Self.axes), test.scalar(1e-3)))
    let columns = try test.node("ReduceL2", x, attributes: ["axes": .ints([0])])
    let turned = try test.node("Div", x, try test.node("Clip", columns, test.scalar(1e-12)))
    let y = test.input(4, 4)
    let norm = try test.node("Clip", try test.node("ReduceL2", y, attributes: Self.axes), test.scalar(1e-12))
    let other = try test.node("Div", x, norm)
    try expectUnchanged(test, outputs: [plain, high, turned, other], by: [FuseL2Normalize()])
  }
}
