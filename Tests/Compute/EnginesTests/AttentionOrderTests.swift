import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Attention in files has its mask made between scores and softmax, which must not keep it from being one step.
@Suite struct AttentionOrderTests {
  /// An attention with one inner product before its softmax and another one, which reads the scores, behind it.
  private func graph(readsScores: Bool) throws -> ModelGraph {
    var builder = GraphBuilder(name: "apart")
    let source = builder.input("source", shape: [1, 4, 8])
    let mask = builder.input("mask", shape: [1, 4], elementType: .int32)
    let attention = Attention(heads: 2, scale: 0.5)
    let scores = try builder.node("scores", .attentionScores(attention), inputs: [source, source])
    let values = try builder.node(
      "values", .linear(Linear(activation: .none)), inputs: [source],
      parameters: [("weight", .weights, [8, 8]), ("bias", .bias, [8])])
    let probabilities = try builder.node("probabilities", .maskedSoftmax, inputs: [scores, mask])
    let context = try builder.node(
      "context", .attentionContext(Attention(heads: 2, scale: 1)), inputs: [probabilities, values])
    guard readsScores else { return builder.build(outputs: [context]) }
    let other = try builder.node("other", .softmax, inputs: [scores])
    return builder.build(outputs: [context, other])
  }

  @Test func whatNeedsNoScoresMovesBeforeThem() throws {
    let graph = try graph(readsScores: false)
    #expect(graph.withAttentionTogether().nodes.map(\.name) == ["values", "scores", "probabilities", "context"])
    let assignments = try NodeAssignment.explain(
      graph, engine: EngineRegistry.engine(named: "native")!, precision: .fp32)
    #expect(assignments.filter { $0.implementation == "native:attention" }.count == 3)
  }

  @Test func scoresThatOthersReadStayATensor() throws {
    let graph = try graph(readsScores: true)
    #expect(graph.withAttentionTogether().nodes == graph.nodes)
    let got = try ModelRun.output(graph, EngineRegistry.engine(named: "native")!, .fp32)
    #expect(try ModelRun.error(got, ModelRun.output(graph, ModelRun.reference, .fp32)) < 1e-6)
  }
}
