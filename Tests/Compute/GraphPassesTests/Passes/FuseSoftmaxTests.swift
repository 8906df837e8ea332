@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseSoftmaxTests {
  @Test(arguments: [[2, 3, 4, 5], [2, 1, 1, 5], [4, 5], [5], [1], [2, 1, 4, 1]], [true, false])
  func mergesAddends(_ dims: [Int], _ isFirst: Bool) throws {
    var test = TestDraft()
    let scores = test.input(2, 3, 4, 5)
    let addend = test.draft.addInput("addend", TensorType(.float32, Shape(dims)))
    let sum = try isFirst ? test.node("Add", addend, scores) : test.node("Add", scores, addend)
    let result = try test.node("Softmax", sum, attributes: ["axis": .int(3)])
    let draft = try expectRewrite(test, outputs: [result], by: [FuseSoftmax()], to: ["softmax"])
    #expect(Set(draft.nodes[0].inputs) == [scores, addend])
  }

  @Test(arguments: [-Float.infinity, -Float.greatestFiniteMagnitude, -1e30], [true, false])
  func turnsMasksIntoAddends(_ lowest: Float, _ keeps: Bool) throws {
    var test = TestDraft()
    let scores = test.input(2, 3, 4, 5)
    let mask = test.input(2, 1, 1, 5, elementType: .bool)
    let masked =
      try keeps
      ? test.node("Where", mask, scores, test.scalar(lowest)) : test.node("Where", mask, test.scalar(lowest), scores)
    let result = try test.node("Softmax", masked)
    let draft = try expectRewrite(test, outputs: [result], by: [FuseSoftmax()], to: ["Where", "softmax"])
    #expect(draft[draft.nodes[0].output].shape == [2, 1, 1, 5])
  }

  @Test func leavesMasksThatScoresCanReach() throws {
    var test = TestDraft()
    let mask = test.input(2, 1, 1, 5, elementType: .bool)
    let masked = try test.node("Where", mask, test.input(2, 3, 4, 5), test.scalar(-10000))
    let result = try test.node("Softmax", masked)
    try expectRewrite(test, outputs: [result], by: [FuseSoftmax()], to: ["Where", "softmax"])
    var draft = test.draft
    draft.outputs = [result]
    _ = try FuseSoftmax().run(on: &draft)
    #expect(draft[draft.nodes[0].output].shape == [2, 3, 4, 5])
  }

  @Test func leavesOtherAxes() throws {
    var test = TestDraft()
    let x = test.input(2, 3, 4)
    let middle = try test.node("Softmax", x, attributes: ["axis": .int(1)])
    // Before operator set 13 the default axis is 1, and all dimensions from there are one.
    let old = try test.node("Softmax", x, opset: 12)
    try expectUnchanged(test, outputs: [middle, old], by: [FuseSoftmax()])
    let rows = try test.node("Softmax", test.input(6, 4), opset: 12)
    try expectRewrite(test, outputs: [rows], by: [FuseSoftmax()], to: ["softmax"])
  }

  @Test func leavesSumsThatGrowOrThatAnotherReads() throws {
    var test = TestDraft()
    let grown = try test.node("Softmax", try test.node("Add", test.input(1, 4), test.input(3, 1)))
    let sum = try test.node("Add", test.input(3, 4), test.input(3, 4))
    let read = try test.node("Softmax", sum)
    try expectRewrite(
      test, outputs: [grown, read, sum], by: [FuseSoftmax()], to: ["Add", "softmax", "Add", "softmax"])
  }
}
