@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FoldConstantsTests {
  @Test func foldsWhatIsConstant() throws {
    var test = TestDraft()
    let scale = try test.node("Sqrt", try test.node("Add", test.weights(4, offset: 2), test.scalar(1)))
    let parts = try test.nodes("Split", [scale], opset: 11, outputs: 2)
    let result = try test.node("Mul", test.input(3, 2), parts[0])
    let other = try test.node("Mul", test.input(3, 2), parts[1])
    try expectRewrite(test, outputs: [result, other], by: [FoldConstants()], to: ["Mul", "Mul"], tolerance: 0)
  }

  @Test func keepsGraphOutputsAndActivations() throws {
    var test = TestDraft()
    let constant = try test.node("Neg", test.weights(4))
    let result = try test.node("Abs", test.input(4))
    try expectUnchanged(test, outputs: [constant, result], by: [FoldConstants()])
  }

  @Test func computesLargeResultsLate() throws {
    var test = TestDraft()
    let count = FoldConstants.eagerBytes / 4 + 1
    let values = test.bytes([count], [Int8](repeating: 3, count: count))
    let weights = try test.node("DequantizeLinear", values, test.scalar(0.5))
    let result = try test.node("Mul", test.input(count), weights)
    let draft = try expectRewrite(test, outputs: [result], by: [FoldConstants()], to: ["Mul"], tolerance: 0)
    guard case .deferred? = draft.constant(draft.nodes[0].inputs[1]) else {
      Issue.record("the result was computed at once")
      return
    }
  }

  @Test func doesNotGrowWithoutLimit() throws {
    // Each node doubles what it reads: 2^40 bytes in the end.
    var test = TestDraft()
    var result = test.weights(1 << 10)
    for _ in 0..<28 { result = try test.node("Concat", result, result, attributes: ["axis": .int(0)]) }
    let small = try test.node("Slice", result, test.integers([0]), test.integers([4]))
    var draft = test.draft
    draft.outputs = [small]
    _ = try FoldConstants().run(on: &draft)
    #expect(draft.nodes.count > 10)
    #expect(draft.constants.allSatisfy { $0.type.byteCount <= 64 << 20 })
  }
}
