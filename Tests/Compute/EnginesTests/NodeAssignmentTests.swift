import ModelGraph
import NumericFormats
import Testing

@testable import Engines

@Suite struct NodeAssignmentTests {
  @Test func eachNodeGetsTheFirstImplementationThatAccepts() throws {
    let assignments = try NodeAssignment.explain(
      TestGraphs.residual(), engine: EngineRegistry.engine(named: "openblas")!, precision: .fp32)
    let chosen = Dictionary(uniqueKeysWithValues: assignments.map { ($0.node, $0.implementation) })
    #expect(
      chosen == [
        "stem": "openblas:conv-im2col", "pool": "kernels:row-wise", "a": "openblas:conv-im2col",
        "b": "openblas:conv-1x1", "gap": "kernels:row-wise", "head": "openblas:linear",
      ])
    let stem = assignments[0]
    #expect(stem.declined.map(\.implementation) == ["kernels:depthwise", "openblas:conv-1x1"])
    #expect(stem.declined.map(\.reason) == ["there are no groups", "the kernel is 7x7"])
    #expect(stem.multiplyAccumulates == 2 * 5 * 7 * 7 * 3 * 7 * 7)
  }

  @Test func attentionRunsAsBatchedProducts() throws {
    let assignments = try NodeAssignment.explain(
      TestGraphs.attention(), engine: EngineRegistry.engine(named: "openblas")!, precision: .int8)
    let products = assignments.filter { $0.op.hasPrefix("attention") }
    #expect(products.map(\.implementation) == ["openblas:batched-matmul", "openblas:batched-matmul"])
    #expect(assignments.contains { $0.op == "convert" })
  }

  @Test func theReferenceRunsEverything() throws {
    let assignments = try NodeAssignment.explain(
      TestGraphs.attention(), engine: EngineRegistry.engine(named: "reference")!, precision: .bf16)
    #expect(assignments.allSatisfy { $0.implementation.hasPrefix("reference:") })
  }

  @Test func anEngineWithoutAnImplementationSaysWhich() throws {
    struct Empty: Engine {
      let name = "empty"
      let summary = ""
      let implementations: [any OperatorImplementation] = []
      func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .native }
      func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract { .fp32SGEMM }
    }
    let graph = try TestGraphs.residual()
    #expect(throws: UnsupportedNodeError(engine: "empty", node: "stem", op: "convolution")) {
      try NodeAssignment.explain(graph, engine: Empty(), precision: .fp32)
    }
  }
}
