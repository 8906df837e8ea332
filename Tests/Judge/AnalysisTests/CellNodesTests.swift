import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct CellNodesTests {
  private func nodes(_ nodes: [NodeTime], weightBytesMoved: Int = 100_000) throws -> [NodePerformance] {
    let record = NodeSample.record(rounds: [nodes], weightBytesMoved: weightBytesMoved)
    return try #require(CellNodes.all(in: record).first).nodes
  }

  /// 100 GOP/s; weights out of memory at 10 GB/s, since the model fits nowhere else; activations at 100 GB/s where they
  /// fit into 32 KiB.
  @Test(arguments: [
    // 10 us of arithmetic against 0.12 us of bytes.
    (1_000_000, 1000, 2000, NodePerformance.Bound.compute, 10e-6, "L1"),
    // 0.1 us against 10 us of weights.
    (10_000, 100_000, 0, .memory, 10e-6, "L1"),
    // Activations that do not fit come from memory too.
    (10_000, 0, 100_000, .memory, 10e-6, "memory"), (10_000, 0, 20_000, .memory, 0.2e-6, "L1"),
    // Nothing but movement.
    (0, 1000, 10_000, .memory, 0.2e-6, "L1"),
    // At the ridge arithmetic is named.
    (1_000_000, 100_000, 0, .compute, 10e-6, "L1"),
  ])
  func whatBinds(
    operations: Int, weights: Int, activations: Int, bound: NodePerformance.Bound, seconds: Double, level: String
  ) throws {
    let node = try #require(
      try nodes([
        NodeSample.node("n", operations: operations, weights: weights, activations: activations, median: 20_000)
      ]).first)
    let ceiling = try #require(node.ceiling)
    #expect(ceiling.bound == bound)
    #expect(abs(ceiling.seconds / seconds - 1) < 1e-9)
    #expect(abs(ceiling.share - seconds / 20e-6) < 1e-9)
    #expect(abs(ceiling.rate - Double(operations) / seconds) < 1)
    #expect(ceiling.weightLevel == "memory")
    #expect(ceiling.activationLevel == level)
    #expect(node.bytes == weights + activations)
    #expect(abs(node.rate - Double(operations) / 20e-6) < 1)
  }

  /// The ceiling is min(P, I x B) for the bandwidth B of the mix.
  @Test func theCeilingIsTheRooflines() throws {
    let node = try #require(
      try nodes([NodeSample.node("n", operations: 300_000, weights: 50_000, activations: 10_000, median: 20_000)]).first
    )
    let seconds = 50_000 / 10e9 + 10_000 / 100e9
    let attainable = RooflineModel.attainable(
      intensity: try #require(node.intensity), peak: 100e9, bandwidth: 60_000 / seconds)
    #expect(abs(try #require(node.ceiling).rate / attainable - 1) < 1e-9)
  }

  @Test func aModelThatFitsIntoACacheHasItsWeightsThere() throws {
    // The sample's arena has 20 MB, so only its own cache size can hold it.
    var record = NodeSample.record(rounds: [
      [NodeSample.node("n", operations: 1, weights: 1000, activations: 0, median: 9)]
    ])
    record.cells[0].rounds[0].observation.memoryPlan.activations = 1000
    record.cells[0].rounds[0].observation.memoryPlan.weightBytesMoved = 31_000
    #expect(CellNodes.all(in: record).first?.nodes.first?.ceiling?.weightLevel == "L1")
    record.cells[0].rounds[0].observation.memoryPlan.weightBytesMoved = 32_000
    #expect(CellNodes.all(in: record).first?.nodes.first?.ceiling?.weightLevel == "memory")
  }

  @Test func timesAreTheMedianOfTheRoundsAndTheLeastOfAll() throws {
    let rounds = [(30, 12), (10, 8), (20, 11)].map { median, least in
      [
        NodeSample.node("a", operations: 4, weights: 1, activations: 1, median: Int64(median), least: Int64(least)),
        NodeSample.node("b", operations: 0, weights: 0, activations: 0, median: 60),
      ]
    }
    let nodes = try #require(CellNodes.all(in: NodeSample.record(rounds: rounds)).first).nodes
    #expect(nodes.map(\.seconds) == [20e-9, 60e-9])
    #expect(nodes[0].leastSeconds == 8e-9)
    #expect(zip(nodes.map(\.timeShare), [0.25, 0.75]).allSatisfy { abs($0 - $1) < 1e-12 })
    // What moves nothing and computes nothing has no ceiling.
    #expect(nodes[1].ceiling == nil)
    #expect(nodes[1].intensity == nil)
  }

  @Test func withoutARooflineThereAreTimesOnly() throws {
    var record = NodeSample.record()
    record.roofline = nil
    let node = try #require(CellNodes.all(in: record).first?.nodes.first)
    #expect(node.ceiling == nil)
    #expect(node.rate > 0)
    record = NodeSample.record()
    record.roofline?.peaks[0].precision = .int8
    #expect(CellNodes.all(in: record).first?.nodes.first?.ceiling == nil)
    record.cells[0].rounds[0].performance?.nodes = nil
    #expect(CellNodes.all(in: record).isEmpty)
  }
}
