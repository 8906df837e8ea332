import ModelGraph
import Tensors

/// `minilm-small`: a sentence encoder with seeded weights over pairs of seeded sentences of varying length.
struct SeededEmbeddingWorkload: Workload {
  let name = "minilm-small"
  let summary = "minilm-l6's layers, 2 x 48, 32 tokens, seeded weights"
  let source = "Wang et al. 2020; Reimers and Gurevych 2019"
  let isSmall = true
  let configuration = BERTConfiguration.miniLMSmall
  var tokensPerSample: Int? { configuration.sequence }

  /// Pair i shares (i mod 6) fifths of its words, and that is its likeness.
  var scoring: Scoring {
    .sentencePairs(likeness: (0..<SeededSamples.count(in: .evaluation) / 2).map { Double($0 % 6) })
  }

  func sampleCount(in set: SampleSet) -> Int { SeededSamples.count(in: set) }

  func graph(batch: Int) throws -> ModelGraph {
    try SeededSamples.check(batch: batch)
    return try configuration.graph(name: name, batch: batch, head: .sentenceEmbedding)
  }

  func parameters(for graph: ModelGraph) throws -> ParameterStore {
    guard graph.name == name else { throw WorkloadError.foreign(graph, to: name) }
    return try configuration.seededParameters(for: graph, model: name)
  }

  func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try SeededSamples.check(index, of: self, in: set)
    let counts = Array(repeating: configuration.sequence, count: 3)
    SeededSamples.writeSentence(
      index, likeness: index / 2 % 6, SeededStream(model: name, name: "\(set.seedName).sentence.\(index / 2)"),
      vocabulary: configuration.vocabulary,
      into: try SeededSamples.buffers(inputs, of: Int32.self, counts: counts))
  }
}
