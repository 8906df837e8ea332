@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct SplitProjectionsTests {
  private static let passes: [any GraphPass] = [
    ConvertLinear(), SplitProjections(), MergeMovements(), RemoveIdentity(),
  ]

  private func projection(_ test: inout TestDraft) throws -> TensorID {
    let product = try test.node("MatMul", test.input(2, 5, 7), test.weights(7, 36))
    return try test.node("Add", product, test.weights(36))
  }

  @Test func splitsFeatures() throws {
    var test = TestDraft()
    let parts = try test.nodes(
      "Split", [try projection(&test), test.integers([12, 8, 16])], attributes: ["axis": .int(-1)], outputs: 3)
    let draft = try expectRewrite(test, outputs: parts, by: Self.passes, to: ["linear", "linear", "linear"])
    #expect(draft.nodes.map { draft[$0.parameters[0]].shape } == [[12, 7], [8, 7], [16, 7]])
  }

  @Test func splitsSlices() throws {
    var test = TestDraft()
    let whole = try projection(&test)
    let last = try test.node(
      "Slice", whole, test.integers([-12]), test.integers([.max]), test.integers([-1]), test.integers([1]))
    let first = try test.node("Slice", whole, test.integers([0]), test.integers([12]), test.integers([2]))
    try expectRewrite(test, outputs: [first, last], by: Self.passes, to: ["linear", "linear"])
  }

  @Test func splitsMatricesThatAreReshaped() throws {
    var test = TestDraft()
    let product = try test.node("Gemm", test.input(10, 7), test.weights(7, 36), test.weights(36))
    let view = try test.node("Reshape", product, test.integers([2, 5, 36]))
    let parts = try test.nodes("Split", [view], opset: 11, attributes: ["axis": .int(2)], outputs: 3)
    try expectRewrite(
      test, outputs: parts, by: Self.passes, to: ["linear", "Reshape", "linear", "Reshape", "linear", "Reshape"])
  }

  @Test(arguments: ["Gather", "Slice", "Split"]) func splitsHeads(_ taker: String) throws {
    var test = TestDraft()
    let view = try test.node("Reshape", try projection(&test), test.integers([2, 5, 3, 3, 4]))
    let moved = try test.node("Transpose", view, attributes: ["perm": .ints([2, 0, 3, 1, 4])])
    var parts: [TensorID]
    switch taker {
    case "Gather":
      parts = try (0..<3).map { try test.node("Gather", moved, test.index($0 - 3), attributes: ["axis": .int(0)]) }
    case "Slice":
      parts = try (0..<3 as Range<Int64>).map {
        let slice = try test.node(
          "Slice", moved, test.integers([$0]), test.integers([$0 + 1]), test.integers([0]))
        return try test.node("Squeeze", slice, test.integers([0]))
      }
    default:
      parts = try test.nodes("Split", [moved], opset: 13, attributes: ["axis": .int(0)], outputs: 3)
      parts = try parts.map { try test.node("Squeeze", $0, test.integers([0])) }
    }
    let each = ["linear", "Reshape", "Transpose"]
    let draft = try expectRewrite(test, outputs: parts, by: Self.passes, to: each + each + each)
    // Attention then finds queries and keys as tensors of their own.
    #expect(draft.nodes.filter { $0.op.name == "linear" }.allSatisfy { draft[$0.output].shape == [2, 5, 12] })
  }

  @Test func splitsHeadsThatAreNotMoved() throws {
    var test = TestDraft()
    let view = try test.node("Reshape", try projection(&test), test.integers([2, 5, 3, 3, 4]))
    let parts = try (0..<3).map { try test.node("Gather", view, test.index($0), attributes: ["axis": .int(2)]) }
    try expectRewrite(
      test, outputs: parts, by: Self.passes, to: ["linear", "Reshape", "linear", "Reshape", "linear", "Reshape"])
  }

  // MARK: What must not be split

  @Test func leavesPartsThatOverlapOrAreNotParts() throws {
    func check(_ make: (inout TestDraft, TensorID) throws -> [TensorID]) throws {
      var test = TestDraft()
      let whole = try projection(&test)
      let outputs = try make(&test, whole)
      var draft = test.draft
      draft.outputs = outputs
      _ = try ConvertLinear().run(on: &draft)
      #expect(try SplitProjections().run(on: &draft) == 0)
    }
    func slice(_ test: inout TestDraft, _ x: TensorID, _ range: ClosedRange<Int64>, axis: Int64) throws -> TensorID {
      try test.node(
        "Slice", x, test.integers([range.lowerBound]), test.integers([range.upperBound]), test.integers([axis]))
    }
    try check { [try slice(&$0, $1, 0...12, axis: 2), try slice(&$0, $1, 11...24, axis: 2)] }
    try check { [try slice(&$0, $1, 0...1, axis: 1), try slice(&$0, $1, 1...5, axis: 1)] }
    try check { [try slice(&$0, $1, 0...12, axis: 2), try slice(&$0, $1, 12...36, axis: 2), $1] }
    try check { [try slice(&$0, $1, 0...12, axis: 2), try $0.node("Neg", $1)] }
    try check { test, x in
      // Heads first: the rows of a part are not together.
      let view = try test.node("Reshape", x, test.integers([2, 5, 3, 3, 4]))
      return try (0..<3).map { try test.node("Gather", view, test.index($0), attributes: ["axis": .int(3)]) }
    }
  }
}
