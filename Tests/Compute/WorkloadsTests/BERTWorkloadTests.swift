import Engines
import ModelGraph
import Tensors
import Testing

@testable import Workloads

@Suite struct BERTWorkloadTests {
  /// Attention is selective without deciding everything, and answers differ between samples.
  @Test(arguments: [("bert-small", 24, 2), ("bert-base-128", 8, 12)])
  func keepsAttentionAndAnswersVaried(name: String, samples: Int, layers: Int) throws {
    let runner = try WorkloadRunner(try WorkloadRegistry.workload(named: name), fusesNodes: false)
    var (starts, ends): (Set<Int>, Set<Int>) = ([], [])
    var checked: Set<String> = []
    for index in 0..<samples {
      let logits = try runner.run(index) { node, values in
        let deviation = WorkloadRunner.deviation(values)
        if node.op.name == "attentionScores" {
          #expect((0.8...2.5).contains(deviation), "\(node.name) has deviation \(deviation)")
          checked.insert(node.name)
        }
        // The tokens of a sample must not become one vector: compare them feature by feature.
        if node.name.hasSuffix(".output.LayerNorm") {
          let apart = Self.deviationBetweenTokens(values, features: runner.model.graph[node.output].shape[-1])
          #expect(apart > 0.25, "\(node.name) leaves tokens only \(apart) apart")
        }
      }
      let tokens = logits.count / 2
      starts.insert((0..<tokens).max { logits[2 * $0] < logits[2 * $1] } ?? -1)
      ends.insert((0..<tokens).max { logits[2 * $0 + 1] < logits[2 * $1 + 1] } ?? -1)
    }
    #expect(checked.count == layers)
    #expect(starts.count >= samples / 3, "starts \(starts.sorted())")
    #expect(ends.count >= samples / 3, "ends \(ends.sorted())")
  }

  @Test func everyLengthHasTheSameWeights() throws {
    let short = BERTWorkload(
      name: "short", summary: "", isSmall: true, model: "bert-small",
      configuration: BERTConfiguration(
        layers: 2, features: 64, heads: 4, hidden: 128, vocabulary: 1000, sequence: 16, positions: 64))
    let (graph, shortGraph) = (try BERTWorkload.small.graph(batch: 2), try short.graph(batch: 1))
    let (values, shortValues) = (try BERTWorkload.small.parameters(for: graph), try short.parameters(for: shortGraph))
    for index in graph.parameters.indices {
      let id = ParameterID(index: index)
      #expect(values[id].elementsEqual(shortValues[id]), "\(graph[id].name)")
    }
  }

  @Test(arguments: ["bert-small", "bert-base-128", "bert-large-384"], [0, 1, 63])
  func samplesAreQuestionAndPassage(name: String, index: Int) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    let sample = try WorkloadRunner.tokens(index, of: .evaluation, workload)
    let (ids, types, mask) = (sample[0], sample[1], sample[2])
    let vocabulary = name == "bert-small" ? 1000 : 30522
    let separators = ids.indices.filter { ids[$0] == 102 }
    #expect(ids[0] == 101)
    #expect(separators.count == 2 && separators[1] == ids.count - 1)
    #expect((ids.count / 8...ids.count / 4).contains(separators[0]))
    #expect(types == ids.indices.map { $0 <= separators[0] ? 0 : 1 })
    #expect(mask.allSatisfy { $0 == 1 })
    let words = ids.indices.filter { $0 != 0 && !separators.contains($0) }.map { ids[$0] }
    #expect(words.allSatisfy { (104..<vocabulary).contains($0) })
    #expect(Set(words).count > words.count * 9 / 10)
  }

  /// Each pair shares about its likeness in fifths of its words.
  @Test func seededSentencesShareWords() throws {
    let workload = SeededEmbeddingWorkload()
    guard case .sentencePairs(let likeness) = workload.scoring else { Issue.record("not pairs"); return }
    #expect(2 * likeness.count == workload.sampleCount(in: .evaluation))
    var lengths: Set<Int> = []
    var shared = Array(repeating: (kept: 0, words: 0), count: 6)
    for pair in likeness.indices {
      let first = try WorkloadRunner.tokens(2 * pair, of: .evaluation, workload)
      let second = try WorkloadRunner.tokens(2 * pair + 1, of: .evaluation, workload)
      let length = first[2].reduce(0, +)
      #expect(first[2] == (0..<32).map { $0 < length ? 1 : 0 } && second[2] == first[2])
      #expect(first[0][0] == 101 && first[0][length - 1] == 102 && first[0][length...].allSatisfy { $0 == 0 })
      lengths.insert(length)
      shared[Int(likeness[pair])].kept += (1..<length - 1).count { first[0][$0] == second[0][$0] }
      shared[Int(likeness[pair])].words += length - 2
    }
    #expect(lengths.count > 5)
    for (likeness, share) in shared.enumerated() {
      #expect(abs(Double(share.kept) / Double(share.words) - Double(likeness) / 5) < 0.15, "likeness \(likeness)")
    }
  }

  private static func deviationBetweenTokens(_ values: UnsafeBufferPointer<Float>, features: Int) -> Double {
    let tokens = values.count / features
    let deviations = (0..<features).map { feature in
      WorkloadRunner.deviation((0..<tokens).map { values[$0 * features + feature] })
    }
    return deviations.reduce(0, +) / Double(features)
  }
}
