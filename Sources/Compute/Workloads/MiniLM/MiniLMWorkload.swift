import ModelGraph
import Synchronization
import Tensors

/// `minilm-l6`: a trained sentence encoder over pairs of English sentences of known likeness.
///
/// Weights and vocabulary come from the cache; `assay fetch minilm-l6` brings them. Evaluation samples 2i and 2i + 1
/// are the sentences of pair i.
struct MiniLMWorkload: Workload {
  let name = "minilm-l6"
  let summary = "sentence embedding, 32 tokens, 6 x 384, trained weights (assay fetch minilm-l6)"
  let source = "Wang et al. 2020; Reimers and Gurevych 2019"
  let configuration = BERTConfiguration.miniLM
  var tokensPerSample: Int? { configuration.sequence }

  private let cache: ModelCache?
  private let sentences = TokenizedSentences()

  /// Reads from `cache`, or from the user's where none is given.
  init(cache: ModelCache? = nil) { self.cache = cache }

  var scoring: Scoring { .sentencePairs(likeness: SentencePairs.all.map(\.likeness)) }

  func sampleCount(in set: SampleSet) -> Int {
    switch set {
    case .evaluation, .serving: 2 * SentencePairs.all.count
    case .calibration: SentencePairs.calibration.count
    }
  }

  func graph(batch: Int) throws -> ModelGraph {
    try SeededSamples.check(batch: batch)
    return try configuration.graph(name: name, batch: batch, head: .sentenceEmbedding)
  }

  /// 22,713,216 in the published checkpoint; the graph leaves out its pooler (384 x 384 + 384), which no sentence
  /// embedding uses.
  func declaredParameterCount() throws -> Int {
    try foldedParameterCount() + configuration.features * (configuration.features + 1)
  }

  func parameters(for graph: ModelGraph) throws -> ParameterStore {
    guard graph.name == name else { throw WorkloadError.foreign(graph, to: name) }
    let path = try path(of: "model.safetensors")
    let file = try SafetensorsFile(path: path)
    let parameters = try ParameterStore(graph.parameters) { parameter, values in
      try file.read(parameter.name, shape: parameter.shape, into: values)
    }
    // At every load, because figures of other weights under this name would mislead.
    let published = ModelPackage.miniLM.files.first { $0.name == "model.safetensors" }
    guard ModelFetcher.sha256(of: path) == published?.sha256 else {
      throw WorkloadError(
        .modelDamaged, "\(path) is not the published model (its SHA-256 differs); `assay fetch \(name)` replaces it.")
    }
    return parameters
  }

  func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try SeededSamples.check(index, of: self, in: set)
    let length = configuration.sequence
    let buffers = try SeededSamples.buffers(inputs, of: Int32.self, counts: [length, length, length])
    let (ids, padding) = try sentences.ids(index, of: set, vocabulary: try path(of: "vocab.txt"), model: configuration)
    for i in 0..<length {
      buffers[0][i] = i < ids.count ? ids[i] : padding
      buffers[1][i] = 0
      buffers[2][i] = i < ids.count ? 1 : 0
    }
  }

  private func path(of file: String) throws(WorkloadError) -> String {
    let cache = self.cache ?? ModelCache()
    guard cache.holds(.miniLM) else {
      throw WorkloadError(
        .modelMissing, "The model \(name) is not in the cache \(cache.folder); run `assay fetch \(name)` to get it.")
    }
    return cache.path(of: file, model: name)
  }
}

/// The token ids of all sentences, made once per vocabulary file.
private final class TokenizedSentences: Sendable {
  private struct Table {
    let vocabulary: String
    let padding: Int32
    let ids: [SampleSet: [[Int32]]]
  }

  private let table = Mutex<Table?>(nil)

  func ids(
    _ index: Int, of set: SampleSet, vocabulary path: String, model: BERTConfiguration
  ) throws -> (ids: [Int32], padding: Int32) {
    try table.withLock { table in
      if table?.vocabulary != path { table = try Self.makeTable(path, model) }
      return (table?.ids[set]?[index] ?? [], table?.padding ?? 0)
    }
  }

  private static func makeTable(_ path: String, _ model: BERTConfiguration) throws -> Table {
    let vocabulary = try WordPieceVocabulary(path: path)
    guard vocabulary.count == model.vocabulary else {
      throw WorkloadError(
        .modelDamaged, "The vocabulary \(path) has \(vocabulary.count) lines and the model \(model.vocabulary).")
    }
    let tokenizer = WordPieceTokenizer(vocabulary: vocabulary)
    let texts: [SampleSet: [String]] = [
      .evaluation: SentencePairs.all.flatMap { [$0.first, $0.second] }, .calibration: SentencePairs.calibration,
    ]
    let ids = texts.mapValues { $0.map(tokenizer.encode) }
    guard ids.values.allSatisfy({ $0.allSatisfy { $0.count <= model.sequence } }) else {
      throw WorkloadError(.outOfRange, "A sentence has more than \(model.sequence) tokens with the vocabulary \(path).")
    }
    return Table(vocabulary: path, padding: vocabulary.padding, ids: ids)
  }
}
