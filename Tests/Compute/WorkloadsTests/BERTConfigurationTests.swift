import ModelGraph
import Tensors
import Testing

@testable import Workloads

@Suite struct BERTConfigurationTests {
  /// (workload, parameters as the literature counts, parameters of the graph, MACs).
  ///
  /// Devlin et al. 2018: 110 M and 340 M with pooler; without it and with the answer head 108,893,186 and 334,094,338.
  /// A layer costs s (4 f^2 + 2 f h) + 2 s^2 f, the head 2 s f.
  @Test(arguments: [
    ("bert-base-128", 108_893_186, 108_893_186, 12 * (128 * 7_077_888 + 2 * 128 * 128 * 768) + 2 * 128 * 768),
    ("bert-base-384", 108_893_186, 108_893_186, 12 * (384 * 7_077_888 + 2 * 384 * 384 * 768) + 2 * 384 * 768),
    ("bert-large-128", 334_094_338, 334_094_338, 24 * (128 * 12_582_912 + 2 * 128 * 128 * 1024) + 2 * 128 * 1024),
    ("bert-large-384", 334_094_338, 334_094_338, 123_212_660_736),
    ("minilm-l6", 22_713_216, 22_565_376, 6 * (32 * 1_769_472 + 2 * 32 * 32 * 384)),
  ])
  func hasThePublishedSize(name: String, declared: Int, folded: Int, multiplyAccumulates: Int) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    #expect(try workload.declaredParameterCount() == declared)
    #expect(try workload.foldedParameterCount() == folded)
    #expect(try workload.graph(batch: 1).multiplyAccumulates == multiplyAccumulates)
    #expect(try workload.graph(batch: 3).multiplyAccumulates == 3 * multiplyAccumulates)
  }

  @Test func largeAt384IsTheLiteraturesFigure() throws {
    let graph = try WorkloadRegistry.workload(named: "bert-large").graph(batch: 1)
    #expect((Double(graph.multiplyAccumulates) / 1e8).rounded() / 10 == 123.2)
  }

  /// (node of bert-large-384, output, parameters, MACs).
  @Test(arguments: [
    LayerCase("embeddings", [1, 384, 1024], 31_036 * 1024, 0),
    LayerCase("embeddings.LayerNorm", [1, 384, 1024], 2048, 0),
    LayerCase("encoder.layer.0.attention.self.query", [1, 384, 1024], 1_049_600, 402_653_184),
    LayerCase("encoder.layer.11.attention.self.scores", [1, 16, 384, 384], 0, 150_994_944),
    LayerCase("encoder.layer.11.attention.self.softmax", [1, 16, 384, 384], 0, 0),
    LayerCase("encoder.layer.11.attention.self.context", [1, 384, 1024], 0, 150_994_944),
    LayerCase("encoder.layer.23.intermediate.dense", [1, 384, 4096], 4_198_400, 1_610_612_736),
    LayerCase("encoder.layer.23.output.dense", [1, 384, 1024], 4_195_328, 1_610_612_736),
    LayerCase("encoder.layer.23.output.LayerNorm", [1, 384, 1024], 2048, 0),
    LayerCase("qa_outputs", [1, 384, 2], 2050, 786_432),
  ])
  func hasThePublishedLayers(layer: LayerCase) throws {
    try layer.check(in: try WorkloadRegistry.workload(named: "bert-large-384").graph(batch: 1))
  }

  @Test func takesIdsTypesAndMask() throws {
    let graph = try WorkloadRegistry.workload(named: "bert-base-128").graph(batch: 2)
    #expect(graph.inputs.map { graph[$0].name } == ["input_ids", "token_type_ids", "attention_mask"])
    #expect(graph.inputs.allSatisfy { graph[$0].shape == [2, 128] && graph[$0].elementType == .int32 })
    #expect(graph.outputs.map { graph[$0].shape } == [[2, 128, 2]])
    let scores = graph.nodes.compactMap { node -> Attention? in
      if case .attentionScores(let attention) = node.op { attention } else { nil }
    }
    #expect(scores == Array(repeating: Attention(heads: 12, scale: 0.125), count: 12))
    for node in graph.nodes {
      if case .layerNorm(let norm) = node.op { #expect(norm.epsilon == 1e-12) }
    }
  }

  /// The encoder normalises the sum of each half's result and its input.
  @Test func normalisesWithResiduals() throws {
    let graph = try BERTWorkload.small.graph(batch: 1)
    func inputs(of name: String) -> [String] {
      graph.nodes.first { $0.name == name }?.inputs.map { graph[$0].name } ?? []
    }
    let layer = "encoder.layer.1"
    #expect(
      inputs(of: "\(layer).attention.output.LayerNorm") == [
        "\(layer).attention.output.dense", "encoder.layer.0.output.LayerNorm",
      ])
    #expect(
      inputs(of: "\(layer).output.LayerNorm") == ["\(layer).output.dense", "\(layer).attention.output.LayerNorm"])
  }

  @Test func embedsSentencesAsUnitVectors() throws {
    let graph = try WorkloadRegistry.workload(named: "minilm-l6").graph(batch: 2)
    #expect(graph.nodes.suffix(2).map(\.op) == [.meanPool, .l2Normalize])
    #expect(graph.outputs.map { graph[$0].shape } == [[2, 384]])
  }
}
