import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Extents that no machine holds: everything from outside is a `Shape(checking:)`, at most 2^59 elements (2^31 where one
/// extent is 0), and what multiplies extents further refuses or saturates.
@Suite struct AbsurdSizesTests {
  private static func declined(
    _ graph: ModelGraph, _ node: String, _ precision: Precision
  ) throws -> [NodeAssignment.Declined] {
    for tensor in graph.tensors + [] { #expect(Shape(checking: tensor.shape.dims) != nil, "\(tensor.name)") }
    let assignments = try NodeAssignment.explain(
      graph, engine: ModelRun.native, precision: precision, target: Target(features: [], threads: 3))
    return try #require(assignments.first { $0.node == node }).declined
  }

  @Test(arguments: Precision.measurable)
  func innerProductsBeyond32Bits(precision: Precision) throws {
    for (rows, k, n) in [(1 << 33, 8, 8), (8, 1, 1 << 33)] {
      let declined = try Self.declined(TestGraphs.product(rows: rows, k: k, n: n), "result", precision)
      let reason = try #require(declined.first { $0.implementation == "native:linear" }?.reason)
      #expect(reason == "an extent exceeds 32 bits", "\(rows)x\(k)x\(n)")
    }
    // Deep sums are those of INT8 that could overflow.
    let deep = try Self.declined(TestGraphs.product(rows: 1, k: 1 << 33, n: 1 << 20), "result", precision)
    #expect(deep.contains { $0.implementation == "native:linear" } == (precision == .int8))
  }

  @Test(arguments: Precision.measurable)
  func convolutionsOfTooManyPixels(precision: Precision) throws {
    for kernel in [1, 3, 7] {
      let graph = try TestGraphs.convolution(
        batch: 1 << 20, channels: 1, height: 1 << 16, width: 1 << 16, out: 1, kernel: kernel, stride: 1,
        padding: kernel / 2)
      let declined = try Self.declined(graph, "result", precision)
      #expect(
        declined.first { $0.implementation == "native:convolution" }?.reason == "an extent exceeds 32 bits",
        "\(kernel)x\(kernel)")
    }
  }

  /// The score matrices alone are 2^58 bytes.
  @Test(arguments: [Precision.fp32, .bf16])
  func attentionBeyondMemory(precision: Precision) throws {
    let graph = try TestGraphs.attention(batch: 1 << 8, sequence: 1 << 23)
    _ = try Self.declined(graph, "scores", precision)
    var attention = try #require(
      NodeAssignment.explain(graph, engine: ModelRun.native, precision: precision).first { $0.node == "scores" })
    #expect(attention.implementation == "native:attention")
    attention = try #require(
      NodeAssignment.explain(graph, engine: ModelRun.native, precision: precision, target: Target(threads: 4096))
        .first { $0.node == "context" })
    #expect(attention.stepOf == "scores")
  }
}
