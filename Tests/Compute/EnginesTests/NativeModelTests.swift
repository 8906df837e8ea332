import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Whole graphs on the native engine, beside the reference and, for integers, bit for bit beside the emulation.
@Suite("Models on the native engine")
struct NativeModelTests {
  static let native = EngineRegistry.engine(named: "native")!

  /// Every distinct set of features that this CPU can be capped to.
  static let features = Array(Set(ISALevel.allCases.map { CPUFeatures.detect(cappedAt: $0) }))
    .sorted { $0.rawValue < $1.rawValue }

  /// Whether INT8 means the same as in the emulation: all eight bits of the weights.
  private static func multipliesEightBits(_ features: CPUFeatures) -> Bool {
    native.contract(for: .int8, on: features).name == NumericsContract.u8s8VNNI.name && features != []
  }

  @Test("FP32 agrees with the reference", arguments: features)
  func fp32(_ features: CPUFeatures) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let wanted = try ModelRun.output(graph, ModelRun.reference, .fp32)
      for threads in [1, 3] {
        let got = try ModelRun.output(graph, Self.native, .fp32, threads: threads, features: features)
        // Sums of at most 750 products in another order, through a dozen layers.
        #expect(ModelRun.error(got, wanted) < 1e-5, "\(graph.name), \(threads) threads")
      }
    }
  }

  @Test("BF16 is as far from the reference's BF16 as rounding in between explains", arguments: features)
  func bf16(_ features: CPUFeatures) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let exact = try ModelRun.output(graph, ModelRun.reference, .fp32)
      let wanted = try ModelRun.output(graph, ModelRun.reference, .bf16)
      let got = try ModelRun.output(graph, Self.native, .bf16, threads: 2, features: features)
      // The order of sums decides some roundings to BF16: the two differ by no more than each does from FP32.
      let noise = ModelRun.error(wanted, exact)
      #expect(noise > 1e-4 && ModelRun.error(got, wanted) < 2 * noise, "\(graph.name)")
    }
  }

  @Test("INT8 results are those of the emulation, bit for bit", arguments: features.filter(multipliesEightBits))
  func int8(_ features: CPUFeatures) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let wanted = try ModelRun.output(graph, ModelRun.emulation, .int8, features: features)
      for threads in [1, 3] {
        let got = try ModelRun.output(graph, Self.native, .int8, threads: threads, features: features)
        #expect(got.map(\.bitPattern) == wanted.map(\.bitPattern), "\(graph.name), \(threads) threads")
      }
    }
  }

  @Test("Convolutions of every shape", arguments: WindowCase.convolutions, Precision.measurable)
  func convolutions(_ window: WindowCase, _ precision: Precision) throws {
    let graph = try window.graph()
    let got = try ModelRun.output(graph, Self.native, precision, threads: 2)
    if precision == .int8 {
      let wanted = try ModelRun.output(graph, ModelRun.emulation, precision)
      #expect(got.map(\.bitPattern) == wanted.map(\.bitPattern))
    } else {
      let wanted = try ModelRun.output(graph, ModelRun.reference, precision)
      // Graph outputs are FP32 at every precision, and operands are the same, so only the order of sums differs.
      #expect(wanted.isEmpty ? got.isEmpty : ModelRun.error(got, wanted) < 1e-5)
    }
  }

  @Test("ResNet's and BERT's products run on native kernels", arguments: Precision.measurable)
  func implementations(_ precision: Precision) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let assignments = try NodeAssignment.explain(graph, engine: Self.native, precision: precision)
      for assignment in assignments where ["convolution", "linear"].contains(assignment.op) {
        #expect(assignment.implementation.hasPrefix("native:"), "\(assignment.node): \(assignment.declined)")
        #expect(assignment.step?.kernel.hasPrefix("gemm:") == true)
      }
    }
  }

  /// Figures of a model from outside: a padded copy of the image would be larger than any memory.
  @Test func hugePaddingIsNotCopied() throws {
    let far = (1 << 30) - 1
    let huge = WindowCase(
      source: [1, 15, 1, 1], out: 4, kernel: [1, 2], stride: Window.Extent(far, far),
      padding: Window.Padding(top: far, left: far, bottom: far, right: far))
    let wide = WindowCase(
      source: [1, 3, 1, 1], out: 4, kernel: [3, 3], stride: Window.Extent(40000, 40000),
      padding: Window.Padding(40000))
    for sample in [huge, wide] {
      let assignments = try NodeAssignment.explain(sample.graph(), engine: Self.native, precision: .fp32)
      let step = assignments.first { $0.op == "convolution" }?.step
      #expect(step?.algorithm.hasPrefix("implicit GEMM") == true)
    }
    let got = try ModelRun.output(wide.graph(), Self.native, .fp32)
    #expect(try ModelRun.error(got, ModelRun.output(wide.graph(), ModelRun.reference, .fp32)) < 1e-6)
  }

  /// What `explain` shows is how the product runs.
  @Test func explainedTilesAreThoseThatRun() throws {
    let sample = WindowCase(source: [1, 512, 28, 28], out: 128, kernel: [1, 1])
    let step = try NodeAssignment.explain(
      sample.graph(), engine: Self.native, precision: .int8, target: Target(threads: 2)
    ).first { $0.op == "convolution" }?.step
    // 784 rows of 128 bytes: two cache lines a row, so rows can be divided anywhere.
    #expect(step?.tiles?.contains("2x1 threads") == true, "\(step?.tiles ?? "nothing")")
  }
}
