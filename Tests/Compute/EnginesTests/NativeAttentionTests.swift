import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Attention in one step against the three nodes one by one.
@Suite struct NativeAttentionTests {
  /// The fused step, everything else as `openblas` computes it behind native storage.
  private struct Fused: Engine {
    let name = "fused"
    let summary = ""
    let implementations: [any OperatorImplementation] =
      [NativeAttention(), NativeConvert()] + StandInEngine().implementations

    func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .emulated }
    func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
      precision == .int8 ? .u8s8VNNI : ModelRun.native.contract(for: precision, on: features)
    }
  }

  enum Softmax: CaseIterable { case masked, plain, addend, addendOfKeys }

  /// Projections, because the formats of q, k and v are those of what reads them.
  private static func graph(
    _ softmax: Softmax, samples: Int, heads: Int, queries: Int, keys: Int, depth: Int
  ) throws -> ModelGraph {
    var builder = GraphBuilder(name: "attention")
    let features = heads * depth
    let source = builder.input("source", shape: [samples, queries, features])
    let memory = builder.input("memory", shape: [samples, keys, features])
    let mask = builder.input("mask", shape: [samples, keys], elementType: .int32)
    func linear(_ name: String, _ input: TensorID) throws -> TensorID {
      try builder.node(
        name, .linear(Linear(activation: .none)), inputs: [input],
        parameters: [("weight", .weights, [features, features]), ("bias", .bias, [features])])
    }
    let (q, k, v) = (try linear("q", source), try linear("k", memory), try linear("v", memory))
    let scores = try builder.node(
      "scores", .attentionScores(Attention(heads: heads, scale: 1 / Float(depth).squareRoot())), inputs: [q, k])
    let probabilities: TensorID
    switch softmax {
    case .masked: probabilities = try builder.node("probabilities", .maskedSoftmax, inputs: [scores, mask])
    case .plain: probabilities = try builder.node("probabilities", .softmax, inputs: [scores])
    case .addend:
      let addend = builder.input("addend", shape: [samples, 1, queries, keys])
      probabilities = try builder.node("probabilities", .softmax, inputs: [scores, addend])
    case .addendOfKeys:
      let addend = builder.input("addend", shape: [heads, 1, 1])
      probabilities = try builder.node("probabilities", .softmax, inputs: [scores, addend])
    }
    let context = try builder.node(
      "context", .attentionContext(Attention(heads: heads, scale: 1)), inputs: [probabilities, v])
    let result = try linear("result", context)
    return builder.build(outputs: [result])
  }

  @Test(
    arguments: [
      (1, 1, 1, 1, 1), (2, 3, 9, 9, 8), (1, 4, 70, 33, 5), (3, 2, 17, 130, 24), (1, 2, 65, 64, 64), (1, 12, 5, 7, 2),
    ], [1, 3])
  func theStepAgreesWithItsNodes(
    _ shape: (samples: Int, heads: Int, queries: Int, keys: Int, depth: Int), threads: Int
  ) throws {
    for softmax in Softmax.allCases {
      let graph = try Self.graph(
        softmax, samples: shape.samples, heads: shape.heads, queries: shape.queries, keys: shape.keys,
        depth: shape.depth)
      for (precision, tolerance) in [(Precision.fp32, Float(1e-5)), (.bf16, 2e-2), (.int8, 0)] {
        let expected = try ModelRun.model(graph, StandInEngine(), precision)
        let actual = try ModelRun.model(graph, Fused(), precision, threads: threads)
        #expect(actual.assignments.filter { $0.stepOf == "scores" }.map(\.node) == ["probabilities", "context"])
        let (a, b) = (actual.outputValues, expected.outputValues)
        if precision == .int8 {
          // Integer sums are exact, and softmax and roundings are the same arithmetic.
          #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(softmax)")
        } else {
          #expect(ModelRun.error(a, b) < tolerance, "\(softmax) \(precision)")
        }
      }
    }
  }

  @Test func everyLevelThatIsHereAgrees() throws {
    let graph = try Self.graph(.masked, samples: 2, heads: 2, queries: 19, keys: 21, depth: 16)
    for precision in Precision.measurable {
      let expected = try ModelRun.output(graph, ModelRun.reference, precision)
      for level in ISALevel.available {
        let actual = try ModelRun.output(graph, Fused(), precision, threads: 2, features: level.features)
        #expect(ModelRun.error(actual, expected) < (precision == .fp32 ? 2e-5 : 2e-2), "\(precision) at \(level)")
      }
    }
  }

  /// Wanted scores, scores that somebody else reads too, and calibration: nodes one by one.
  @Test func nodesStaySeparateWhereSomebodyLooks() throws {
    let graph = try Self.graph(.plain, samples: 1, heads: 2, queries: 6, keys: 6, depth: 4)
    let kept = try ModelRun.model(graph, Fused(), keeping: ["scores"])
    #expect(kept.assignments.allSatisfy { $0.stepOf == nil })
    #expect(try kept.view(of: "scores").floats.contains { $0 != 0 })

    var builder = GraphBuilder(name: "shared")
    let q = builder.input("q", shape: [1, 4, 6])
    let scores = try builder.node("scores", .attentionScores(Attention(heads: 2, scale: 1)), inputs: [q, q])
    let probabilities = try builder.node("probabilities", .softmax, inputs: [scores])
    let context = try builder.node(
      "context", .attentionContext(Attention(heads: 2, scale: 1)), inputs: [probabilities, q])
    let other = try builder.node(
      "other", .l2Normalize, inputs: [try builder.node("flat", .globalAveragePool, inputs: [scores])])
    let assignments = try NodeAssignment.explain(
      builder.build(outputs: [context, other]), engine: Fused(), precision: .fp32)
    #expect(assignments.allSatisfy { $0.stepOf == nil })
    #expect(
      assignments[0].declined.contains {
        $0.implementation == "native:attention" && $0.reason == "the nodes behind it are others"
      })
  }
}
