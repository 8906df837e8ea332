@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseAttentionTests {
  /// The ways in which exporters move heads and scale scores.
  enum Export: CaseIterable {
    /// Scores divided by a number, keys transposed at once.
    case divided
    /// Queries multiplied before their heads are split, keys transposed twice.
    case scaledQueries
    /// Both operands multiplied by the square root, keys transposed through (n * h, s, d).
    case scaledBoth
    /// Products over (n * h, s, d).
    case flatHeads
  }

  private static let (batch, rows, columns, heads, depth) = (2, 5, 5, 3, 4)
  private static let passes: [any GraphPass] = [
    FuseAttention(), ConvertMatMul(), FuseSoftmax(), MergeMovements(), RemoveIdentity(),
  ]

  private func split(_ test: inout TestDraft, _ x: TensorID, heads: Int = Self.heads) throws -> TensorID {
    let extents = [0, 0, Int64(heads), -1]
    return try test.node("Reshape", x, test.integers(extents))
  }

  private func transposed(_ test: inout TestDraft, _ x: TensorID, _ order: [Int]) throws -> TensorID {
    try test.node("Transpose", x, attributes: ["perm": .ints(order)])
  }

  private func operands(
    _ export: Export, _ test: inout TestDraft, _ q: TensorID, _ k: TensorID, _ v: TensorID
  ) throws -> (q: TensorID, k: TensorID, v: TensorID) {
    var queries = q
    if export == .scaledQueries { queries = try test.node("Mul", queries, test.scalar(0.5)) }
    queries = try transposed(&test, try split(&test, queries), [0, 2, 1, 3])
    let keys = try split(&test, k)
    let values = try transposed(&test, try split(&test, v), [0, 2, 1, 3])
    let flat = [Int64(Self.batch * Self.heads), -1, Int64(Self.depth)]
    switch export {
    case .divided: return (queries, try transposed(&test, keys, [0, 2, 3, 1]), values)
    case .scaledQueries:
      let heads = try transposed(&test, keys, [0, 2, 1, 3])
      return (queries, try transposed(&test, heads, [0, 1, 3, 2]), values)
    case .scaledBoth:
      let merged = try test.node("Reshape", try transposed(&test, keys, [0, 2, 1, 3]), test.integers(flat))
      let turned = try test.node(
        "Reshape", try transposed(&test, merged, [0, 2, 1]),
        test.integers([Int64(Self.batch), Int64(Self.heads), Int64(Self.depth), -1]))
      return (
        try test.node("Mul", queries, test.scalar(0.7)), try test.node("Mul", turned, test.scalar(0.7)), values
      )
    case .flatHeads:
      let merged = try test.node("Reshape", try transposed(&test, keys, [0, 2, 1, 3]), test.integers(flat))
      return (
        try test.node("Reshape", queries, test.integers(flat)), try transposed(&test, merged, [0, 2, 1]),
        try test.node("Reshape", values, test.integers(flat))
      )
    }
  }

  @Test(arguments: Export.allCases, [true, false]) func fusesWholeAttention(_ export: Export, _ hasMask: Bool) throws {
    var test = TestDraft()
    let features = Self.heads * Self.depth
    let inputs = (0..<3).map { _ in test.input(Self.batch, Self.rows, features) }
    let (q, k, v) = try operands(export, &test, inputs[0], inputs[1], inputs[2])
    var scores = try test.node("MatMul", q, k)
    if export == .divided || export == .flatHeads { scores = try test.node("Div", scores, test.scalar(2)) }
    if hasMask {
      let mask = test.input(Self.batch, 1, 1, Self.columns)
      if export == .flatHeads {
        scores = try test.node("Reshape", scores, test.integers([2, 3, 5, 5]))
        scores = try test.node("Add", scores, mask)
        scores = try test.node("Reshape", scores, test.integers([6, 5, 5]))
      } else {
        scores = try test.node("Add", scores, mask)
      }
    }
    let weights = try test.node("Softmax", scores)
    var context = try test.node("MatMul", weights, v)
    if export == .flatHeads { context = try test.node("Reshape", context, test.integers([2, 3, 5, 4])) }
    context = try test.node(
      "Reshape", try transposed(&test, context, [0, 2, 1, 3]), test.integers([0, 0, Int64(features)]))
    let flat = export == .flatHeads
    let names =
      flat
      ? hasMask
        ? ["attentionScores", "Add", "Reshape", "softmax", "Reshape", "attentionContext"]
        : ["attentionScores", "Reshape", "softmax", "Reshape", "attentionContext"]
      : ["attentionScores", "softmax", "attentionContext"]
    let draft = try expectRewrite(test, outputs: [context], by: Self.passes, to: names)
    let scale: Float = export == .scaledBoth ? 0.49 : 0.5
    guard case .attentionScores(let attention) = draft.nodes[0].op else { return }
    #expect(attention.heads == Self.heads && abs(attention.scale - scale) < 1e-7)
    #expect(draft.nodes[0].inputs == [inputs[0], inputs[1]])
    #expect(draft.nodes.last?.inputs.last == inputs[2])
  }

  @Test func readsMatricesThatHoldTheSameElements() throws {
    // Queries and keys as (n * s, f), as `Gemm` writes them.
    var test = TestDraft()
    let (q, k) = (test.input(10, 12), test.input(10, 12))
    func heads(_ x: TensorID, _ order: [Int]) throws -> TensorID {
      try transposed(&test, try test.node("Reshape", x, test.integers([2, 5, 3, 4])), order)
    }
    let left = try heads(q, [0, 2, 1, 3])
    let right = try heads(k, [0, 2, 3, 1])
    let result = try test.node("MatMul", left, right)
    try expectRewrite(test, outputs: [result], by: Self.passes, to: ["Reshape", "Reshape", "attentionScores"])
  }

  @Test func attendsToOtherSequences() throws {
    var test = TestDraft()
    let (q, k) = (test.input(2, 3, 12), test.input(2, 7, 12))
    let left = try transposed(&test, try split(&test, q), [0, 2, 1, 3])
    let right = try transposed(&test, try split(&test, k), [0, 2, 3, 1])
    let result = try test.node("MatMul", left, right)
    let draft = try expectRewrite(test, outputs: [result], by: Self.passes, to: ["attentionScores"])
    #expect(draft[draft.nodes[0].output].shape == [2, 3, 3, 7])
  }

  // MARK: What must not be fused

  @Test func keepsHeadsThatArriveInAnotherOrder() throws {
    var test = TestDraft()
    // Features hold (d, h) instead of (h, d): extents are the same, elements are not.
    let (q, k) = (test.input(2, 4, 16), test.input(2, 4, 16))
    let left = try transposed(&test, try split(&test, q, heads: 4), [0, 3, 1, 2])
    let right = try transposed(&test, try split(&test, k, heads: 4), [0, 3, 2, 1])
    let result = try test.node("MatMul", left, right)
    try expectRewrite(
      test, outputs: [result], by: Self.passes, to: ["Reshape", "Transpose", "Reshape", "Transpose", "matMul"])
  }

  @Test func keepsScoresThatAnotherReads() throws {
    var test = TestDraft()
    let (q, k) = (test.input(2, 5, 12), test.input(2, 5, 12))
    let left = try transposed(&test, try split(&test, q), [0, 2, 1, 3])
    let right = try transposed(&test, try split(&test, k), [0, 2, 3, 1])
    let scores = try test.node("MatMul", left, right)
    let scaled = try test.node("Mul", scores, test.scalar(0.5))
    let draft = try expectRewrite(
      test, outputs: [scaled, scores], by: [FuseAttention()], to: ["attentionScores", "Mul"])
    #expect(draft.nodes[0].op == .attentionScores(Attention(heads: 3, scale: 1)))
  }

  @Test func keepsProductsOfVectors() throws {
    var test = TestDraft()
    let (left, right) = (test.input(3), test.input(3))
    let result = try test.node("MatMul", left, right)
    try expectUnchanged(test, outputs: [result], by: GraphPasses.all)
  }

  @Test func keepsContextThatDoesNotComeBack() throws {
    var test = TestDraft()
    let (weights, v) = (test.input(2, 3, 5, 5), test.input(2, 5, 12))
    let values = try transposed(&test, try split(&test, v), [0, 2, 1, 3])
    let context = try test.node("MatMul", weights, values)
    try expectRewrite(test, outputs: [context], by: Self.passes, to: ["Reshape", "Transpose", "matMul"])
  }
}
