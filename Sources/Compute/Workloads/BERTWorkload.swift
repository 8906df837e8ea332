import ModelGraph
import Tensors

/// A BERT encoder with the head that finds answers in a passage; seeded weights, seeded tokens.
struct BERTWorkload: Workload {
  let name: String
  let summary: String
  let isSmall: Bool
  /// Names the seeds, so that every sequence length has the same weights.
  let model: String
  let configuration: BERTConfiguration
  let source = "Devlin et al. 2018"
  let scoring = Scoring.answerSpan
  var tokensPerSample: Int? { configuration.sequence }

  /// `bert-base` or `bert-large` at a sequence length.
  static func published(_ model: String, _ configuration: BERTConfiguration) -> BERTWorkload {
    BERTWorkload(
      name: "\(model)-\(configuration.sequence)",
      summary: "question answering, \(configuration.sequence) tokens, "
        + "\(configuration.layers) x \(configuration.features), seeded weights",
      isSmall: false, model: model, configuration: configuration)
  }

  static let small = BERTWorkload(
    name: "bert-small", summary: "bert-base's layers, 2 x 64, 32 tokens", isSmall: true, model: "bert-small",
    configuration: .small)

  func sampleCount(in set: SampleSet) -> Int { SeededSamples.count(in: set) }

  func graph(batch: Int) throws -> ModelGraph {
    try SeededSamples.check(batch: batch)
    return try configuration.graph(name: name, batch: batch, head: .answerSpan)
  }

  func parameters(for graph: ModelGraph) throws -> ParameterStore {
    guard graph.name == name else { throw WorkloadError.foreign(graph, to: name) }
    return try configuration.seededParameters(for: graph, model: model)
  }

  func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try SeededSamples.check(index, of: self, in: set)
    let counts = Array(repeating: configuration.sequence, count: 3)
    SeededSamples.writeQuestionAndPassage(
      SeededStream(model: model, name: "\(set.seedName).tokens.\(index)"), vocabulary: configuration.vocabulary,
      into: try SeededSamples.buffers(inputs, of: Int32.self, counts: counts))
  }
}
