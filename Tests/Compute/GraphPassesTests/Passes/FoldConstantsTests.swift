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
    let count = FoldingBudget.eagerLimit / 4 + 1
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

  /// Each level reads the one before it many times, and would compute it as often.
  @Test func loadsWhatIsReadOftenOnce() throws {
    let counter = LoadCounter()
    var test = TestDraft()
    let count = (1 << 18) + 1
    var x = try test.node(
      "DequantizeLinear", test.constant(counter.zeros(TensorType(.int8, [count]))), test.scalar(0.5))
    for _ in 0..<3 {
      let joined = try test.node("Concat", x, x, x, x, attributes: ["axis": .int(0)])
      x = try test.node("Slice", joined, test.integers([1]), test.integers([Int64(count) + 1]))
    }
    let result = try test.node("Mul", test.input(count), x)
    let loads = counter.count
    var draft = test.draft
    draft.outputs = [result]
    _ = try FoldConstants().run(on: &draft)
    #expect(draft.nodes.map(\.op.name) == ["Mul"])
    _ = try draft.constant(draft.nodes[0].inputs[1])?.tensor()
    #expect(counter.count - loads <= 4)
  }

  @Test func countsWhatItReads() throws {
    let counter = LoadCounter()
    var draft = GraphDraft(name: "slices")
    let type = TensorType(.float32, [1 << 20])
    let source = draft.addConstant("source", counter.zeros(type))
    let bounds = try (0...1).map { value in
      draft.addConstant("bound\(value)", .tensor(try Tensor(.int64, [1], [Int64(value)])))
    }
    let x = draft.addInput("x", TensorType(.float32, [1]))
    var results = [x]
    for index in 0..<300 {
      let part = draft.addTensor("part\(index)", TensorType(.float32, [1]))
      let slice = GeneralOperator("Slice", opset: 17, slots: [0, 1, 2])
      draft.append(Node(name: "slice\(index)", op: .general(slice), inputs: [source] + bounds, outputs: [part]))
      results.append(part)
    }
    let sum = draft.addTensor("sum", TensorType(.float32, [1]))
    let op = GeneralOperator("Sum", opset: 17, slots: Array(results.indices))
    draft.append(Node(name: "sum", op: .general(op), inputs: results, outputs: [sum]))
    draft.outputs = [sum]
    _ = try FoldConstants().run(on: &draft)
    // The smallest budget is 256 MiB of work: 64 readings of this tensor, or half of them where it is loaded as well.
    #expect((1...64).contains(counter.count))
    #expect(draft.nodes.count == 301 - counter.count)
  }
}
