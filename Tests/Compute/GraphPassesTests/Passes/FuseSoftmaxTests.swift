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

  @Test(arguments: [-Float.infinity, -Float.greatestFiniteMagnitude, -1e30, -10000], [true, false])
  func masksHideEveryScore(_ lowest: Float, _ keeps: Bool) throws {
    var test = TestDraft()
    let scores = test.input(2, 3, 4, 5)
    let mask = test.input(2, 1, 1, 5, elementType: .bool)
    let masked =
      try keeps
      ? test.node("Where", mask, scores, test.scalar(lowest)) : test.node("Where", mask, test.scalar(lowest), scores)
    let result = try test.node("Softmax", masked)
    let draft = try expectRewrite(test, outputs: [result], by: [FuseSoftmax()], to: ["Where", "softmax"])

    // Of five scores the mask hides three that no addition of any number would hide.
    let row: [Float] = [1, .nan, .infinity, 2, 3e38]
    let kept: [UInt8] = [1, 0, 0, 1, 0]
    let inputs = [
      try Tensor(.float32, [2, 3, 4, 5], (0..<24).flatMap { _ in row }),
      try Tensor(.bool, [2, 1, 1, 5], (0..<2).flatMap { _ in keeps ? kept : kept.map { 1 - $0 } }),
    ]
    let weights = try run(draft, inputs: inputs)[0].copied(as: Float.self)
    for (index, weight) in weights.enumerated() {
      #expect(abs(weight - [0.26894143, 0, 0, 0.7310586, 0][index % 5]) < 1e-6)
    }
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
