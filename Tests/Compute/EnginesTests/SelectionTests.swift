import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Steps of several nodes.
@Suite struct SelectionTests {
  private static let engine = StandInEngine(fuses: true)

  private static func steps(_ assignments: [NodeAssignment]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: assignments.compactMap { item in item.stepOf.map { (item.node, $0) } })
  }

  @Test func oneStepComputesAttention() throws {
    let graph = try TestGraphs.attention()
    let assignments = try NodeAssignment.explain(
      graph, engine: Self.engine, precision: .bf16, target: Target(features: [], threads: 3))
    #expect(Self.steps(assignments) == ["probabilities": "scores", "context": "scores"])
    let scores = try #require(assignments.first { $0.node == "scores" })
    #expect(scores.implementation == "fused:attention")
    #expect(scores.step == StepDescription(kernel: "none", algorithm: "3 nodes", tiles: "3 threads"))
    let members = assignments.filter { $0.stepOf != nil }
    #expect(members.allSatisfy { $0.implementation == "fused:attention" && $0.step == nil && $0.declined.isEmpty })
    // What the three hand each other does not move: queries and keys, the mask, then values and the result remain.
    let features = 2 * 9 * 24 * 2
    #expect(scores.activationBytes == 2 * features)
    #expect(members.map(\.activationBytes) == [2 * 9 * 4, 2 * features])
  }

  @Test func whatNodesHandEachOtherIsNowhere() throws {
    let graph = try TestGraphs.attention(batch: 1, sequence: 64)
    let alone = try ModelRun.model(graph, StandInEngine(), .bf16)
    let fused = try ModelRun.model(graph, Self.engine, .bf16)
    // The largest tensors are the scores of 4 heads.
    #expect(fused.memory.activations < alone.memory.activations - 4 * 64 * 64 * 2)
    #expect(fused.memory.activationBytesMoved == alone.memory.activationBytesMoved - 2 * 2 * 4 * 64 * 64 * 2)
    #expect(fused.outputValues.map(\.bitPattern) == alone.outputValues.map(\.bitPattern))
  }

  /// A wanted inner tensor splits its group, and a step that cannot run alone gives way to the next implementation.
  @Test func wantedTensorsAreNotSwallowed() throws {
    let graph = try TestGraphs.attention()
    let model = try ModelRun.model(graph, Self.engine, .bf16, keeping: ["probabilities"])
    #expect(Self.steps(model.assignments).isEmpty)
    let scores = try #require(model.assignments.first { $0.node == "scores" })
    #expect(scores.implementation == "native:openblas:batched-matmul")
    #expect(
      scores.declined.first
        == NodeAssignment.Declined(implementation: "fused:attention", reason: "probabilities is wanted"))
    let sums = try model.view(of: "probabilities").floats
    #expect(abs(sums[0..<9].reduce(0, +) - 1) < 0.02)
  }

  /// In INT8 the embedding's sum is normalised, then read as FP32 and as u8: both are written, neither is nowhere.
  @Test func aFollowerMayBeOneReaderOfSeveral() throws {
    var builder = GraphBuilder(name: "norm")
    let source = builder.input("source", shape: [3, 24])
    let norm = try builder.node(
      "norm", .layerNorm(LayerNorm(epsilon: 1e-5)), inputs: [source],
      parameters: [("gamma", .gamma, [24]), ("beta", .beta, [24])])
    let linear = try builder.node(
      "linear", .linear(Linear(activation: .none)), inputs: [norm],
      parameters: [("weight", .weights, [24, 24]), ("bias", .bias, [24])])
    let sum = try builder.node(
      "sum", .layerNorm(LayerNorm(epsilon: 1e-5)), inputs: [linear, norm],
      parameters: [("gamma", .gamma, [24]), ("beta", .beta, [24])])
    let graph = builder.build(outputs: [sum])
    let expected = try ModelRun.model(graph, ModelRun.openblas, .int8)
    let actual = try ModelRun.model(graph, Self.engine, .int8, threads: 2)
    #expect(Self.steps(actual.assignments) == ["norm.u8": "norm"])
    #expect(actual.outputValues.map(\.bitPattern) == expected.outputValues.map(\.bitPattern))
    #expect(actual.memory.activationBytesMoved == expected.memory.activationBytesMoved)
  }

  /// Calibration sees every tensor, also on an engine that fuses.
  @Test func withoutFusionEveryNodeHasAStep() throws {
    let graph = try TestGraphs.attention()
    let parameters = try TestGraphs.parameters(graph)
    func calibration(_ engine: any Engine) throws -> Calibration {
      let model = try ExecutableModel(
        graph: graph, parameters: parameters, engine: engine, precision: .fp32, team: ThreadTeam(unpinnedThreads: 1),
        fusesNodes: false)
      #expect(Self.steps(model.assignments).isEmpty)
      return try Calibration.measure(model, of: graph, samples: 1) { _, _ in TestGraphs.fill(model) }
    }
    #expect(try calibration(Self.engine) == calibration(ModelRun.openblas))
  }

  /// Groups run once, and only nodes whose result is in memory are shown.
  @Test func nodeByNodeRunsStepsOnce() throws {
    let graph = try TestGraphs.attention()
    let model = try ModelRun.model(graph, Self.engine)
    let expected = model.outputValues
    var seen: [String] = []
    model.runNodeByNode { seen.append($0.name) }
    #expect(!seen.contains("scores") && !seen.contains("probabilities") && seen.contains("context"))
    #expect(seen.count == model.graph.nodes.count - 2)
    #expect(model.outputValues == expected)
  }
}
