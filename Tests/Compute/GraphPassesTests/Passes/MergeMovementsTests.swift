@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct MergeMovementsTests {
  private func transposed(_ test: inout TestDraft, _ x: TensorID, _ order: [Int]) throws -> TensorID {
    try test.node("Transpose", x, attributes: ["perm": .ints(order)])
  }

  @Test func mergesTransposes() throws {
    var test = TestDraft()
    let x = try test.node("Neg", test.input(2, 3, 4))
    let twice = try transposed(&test, try transposed(&test, x, [1, 2, 0]), [0, 2, 1])
    let back = try transposed(&test, try transposed(&test, x, [1, 2, 0]), [2, 0, 1])
    let result = try test.node("Abs", back)
    let draft = try expectRewrite(
      test, outputs: [twice, result], by: [MergeMovements()], to: ["Neg", "Transpose", "Abs"], tolerance: 0)
    #expect(draft.nodes[1].origins == ["Transpose1", "Transpose2"])
  }

  @Test func mergesReshapes() throws {
    var test = TestDraft()
    let x = try test.node("Neg", test.input(2, 3, 4))
    let flat = try test.node("Flatten", try test.node("Unsqueeze", x, test.integers([0])))
    let view = try test.node("Squeeze", try test.node("Reshape", flat, test.integers([1, 6, 4])), test.integers([0]))
    let back = try test.node("Reshape", view, test.integers([2, 3, 4]))
    let result = try test.node("Abs", back)
    try expectRewrite(
      test, outputs: [view, result], by: [MergeMovements()], to: ["Neg", "Reshape", "Abs"], tolerance: 0)
  }

  @Test func keepsAFewNamesOfALongChain() throws {
    var test = TestDraft()
    var x = try test.node("Neg", test.input(2, 12))
    let shapes = [test.integers([3, 8]), test.integers([4, 6])]
    for index in 0..<300 { x = try test.node("Reshape", x, shapes[index % 2]) }
    let draft = try expectRewrite(
      test, outputs: [x], by: [MergeMovements()], to: ["Neg", "Reshape"], tolerance: 0)
    #expect(draft.nodes[1].origins == (1...GraphEditor.originLimit).map { "Reshape\($0)" })
  }

  @Test func movesExtentsOfOneByReshape() throws {
    var test = TestDraft()
    let result = try transposed(&test, test.input(2, 1, 3), [1, 0, 2])
    try expectRewrite(test, outputs: [result], by: [MergeMovements()], to: ["Reshape"], tolerance: 0)
    let moved = try transposed(&test, test.input(2, 1, 3), [2, 1, 0])
    try expectUnchanged(test, outputs: [moved], by: [MergeMovements()])
  }

  @Test func keepsTheFirstWhereAnotherReadsIt() throws {
    var test = TestDraft()
    let once = try transposed(&test, test.input(2, 3, 4), [1, 2, 0])
    let twice = try transposed(&test, once, [1, 2, 0])
    let draft = try expectRewrite(
      test, outputs: [once, twice], by: [MergeMovements()], to: ["Transpose", "Transpose"], tolerance: 0)
    #expect(draft.nodes.allSatisfy { $0.inputs == draft.inputs })
  }
}
