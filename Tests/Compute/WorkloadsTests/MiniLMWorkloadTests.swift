import Foundation
import Engines
import ModelGraph
import Testing

@testable import Workloads

@Suite struct MiniLMWorkloadTests {
  private struct Embedding: Decodable {
    let text: String
    let ids: [Int32]
    let first8: [Float]
    let sum: Float
  }

  private static let isModelCached = ModelCache().holds(.miniLM)

  @Test func saysHowToGetAMissingModel() throws {
    let cache = ModelCache(folder: "/nowhere/assay")
    let workload = MiniLMWorkload(cache: cache)
    let expected =
      "The model minilm-l6 is not in the cache /nowhere/assay; run `assay fetch minilm-l6` to get it."
    let graph = try workload.graph(batch: 1)
    #expect(throws: WorkloadError(.modelMissing, expected)) { try workload.parameters(for: graph) }
    #expect(throws: WorkloadError(.modelMissing, expected)) {
      try WorkloadRunner.sample(0, of: .evaluation, workload)
    }
  }

  @Test func refusesADamagedModel() throws {
    let cache = ModelCache(folder: NSTemporaryDirectory() + "minilm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: cache.folder) }
    try FileManager.default.createDirectory(
      atPath: cache.folder(of: "minilm-l6"), withIntermediateDirectories: true)
    try Data("short".utf8).write(to: URL(filePath: cache.path(of: "model.safetensors", model: "minilm-l6")))
    try Data("[PAD]\n[UNK]\n[CLS]\n[SEP]\n".utf8).write(
      to: URL(filePath: cache.path(of: "vocab.txt", model: "minilm-l6")))
    let workload = MiniLMWorkload(cache: cache)
    let graph = try workload.graph(batch: 1)
    #expect(throws: SafetensorsError.self) { try workload.parameters(for: graph) }
    let error = #expect(throws: WorkloadError.self) { try WorkloadRunner.sample(0, of: .evaluation, workload) }
    #expect(error?.code == .modelDamaged)
  }

  @Test(.enabled(if: isModelCached, "needs assay fetch minilm-l6"))
  func refusesOtherWeightsUnderItsName() throws {
    let cache = ModelCache(folder: NSTemporaryDirectory() + "minilm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: cache.folder) }
    try FileManager.default.createDirectory(atPath: cache.folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: ModelCache().folder(of: "minilm-l6"), toPath: cache.folder(of: "minilm-l6"))
    let workload = MiniLMWorkload(cache: cache)
    let graph = try workload.graph(batch: 1)
    _ = try workload.parameters(for: graph)
    // One bit of the last weight.
    let path = cache.path(of: "model.safetensors", model: "minilm-l6")
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    let end = try handle.seekToEnd()
    try handle.seek(toOffset: end - 4)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: end - 4)
    try handle.write(contentsOf: [byte ^ 1])
    try handle.close()
    let error = #expect(throws: WorkloadError.self) { try workload.parameters(for: graph) }
    #expect(error?.code == .modelDamaged)
  }

  @Test func hasTwentyPairsOfEachLikeness() {
    #expect(SentencePairs.all.count == 120)
    for likeness in 0...5 { #expect(SentencePairs.all.count { $0.likeness == Double(likeness) } == 20) }
    #expect(SentencePairs.calibration.count == 32)
    let sentences = SentencePairs.all.flatMap { [$0.first, $0.second] } + SentencePairs.calibration
    #expect(Set(sentences).count == 272)
  }

  /// Dimensions from an FP64 forward pass in NumPy; the first sentence's agree with those the model's authors publish.
  @Test(.enabled(if: isModelCached, "needs the model: run assay fetch minilm-l6"))
  func embedsAsTheTrainedModelDoes() throws {
    let runner = try WorkloadRunner(MiniLMWorkload())
    let vocabulary = try WordPieceVocabulary(path: ModelCache().path(of: "vocab.txt", model: "minilm-l6"))
    let tokenizer = WordPieceTokenizer(vocabulary: vocabulary)
    for golden in try Golden.load("minilm-l6.json", as: [Embedding].self) {
      let ids = tokenizer.encode(golden.text)
      #expect(ids == golden.ids)
      for (input, buffer) in runner.model.inputs.enumerated() {
        for (position, slot) in buffer.bindMemory(to: Int32.self).indices.enumerated() {
          let value = position < ids.count ? [ids[position], 0, 1][input] : 0
          buffer.storeBytes(of: value, toByteOffset: 4 * slot, as: Int32.self)
        }
      }
      runner.model.run()
      let embedding = Array(runner.model.outputs[0])
      for (actual, expected) in zip(embedding, golden.first8) { #expect(abs(actual - expected) < 2e-6) }
      #expect(abs(embedding.reduce(0, +) - golden.sum) < 1e-5)
      #expect(abs(embedding.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }

  /// The trained model orders the pairs as their authors did: NumPy in FP64 gives a rank correlation of 0.963.
  @Test(.enabled(if: isModelCached, "needs the model: run assay fetch minilm-l6"))
  func ordersPairsByLikeness() throws {
    let workload = MiniLMWorkload()
    let runner = try WorkloadRunner(workload)
    var similarities: [Double] = []
    for pair in SentencePairs.all.indices {
      let (first, second) = (try runner.run(2 * pair), try runner.run(2 * pair + 1))
      similarities.append(zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) })
    }
    let correlation = Self.rankCorrelation(similarities, SentencePairs.all.map(\.likeness))
    #expect(abs(correlation - 0.963) < 0.001, "\(correlation)")
    for index in 0..<workload.sampleCount(in: .calibration) { _ = try runner.run(index, of: .calibration) }
  }

  /// Spearman: the correlation of ranks, ties sharing their mean rank.
  private static func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] {
      values.map { value in
        Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
      }
    }
    let (a, b) = (ranks(x), ranks(y))
    let mean = Double(x.count + 1) / 2
    let products = zip(a, b).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    let squares = [a, b].map { $0.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
    return products / (squares[0] * squares[1]).squareRoot()
  }
}
