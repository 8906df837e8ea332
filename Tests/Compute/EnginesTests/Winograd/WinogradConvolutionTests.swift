import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct WinogradConvolutionTests {
  /// The native engine, which takes Winograd's algorithm for whatever it can compute.
  struct Always: Engine {
    let name = "winograd"
    let summary = ""
    let implementations: [any OperatorImplementation] =
      [WinogradConvolution(selectsByCost: false)] + NativeEngine().implementations

    func execution(of precision: Precision, on features: CPUFeatures) -> Execution {
      NativeEngine().execution(of: precision, on: features)
    }
    func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
      NativeEngine().contract(for: precision, on: features)
    }
  }

  static func window(
    _ source: Shape, _ out: Int, padding: Window.Padding = Window.Padding(1), activation: Activation = .none,
    hasResidual: Bool = false
  ) -> WindowCase {
    WindowCase(
      source: source, out: out, kernel: [3, 3], padding: padding, activation: activation, hasResidual: hasResidual)
  }

  static let cases: [WindowCase] = [
    window([1, 64, 14, 14], 64, activation: .relu), window([2, 5, 7, 9], 70), window([1, 1, 1, 1], 1),
    window([3, 17, 4, 5], 130, activation: .gelu), window([1, 20, 13, 6], 33, hasResidual: true),
    window([2, 12, 9, 9], 16, padding: Window.Padding(0), activation: .clip(low: -0.5, high: 1)),
    window([1, 9, 6, 3], 8, padding: Window.Padding(top: 2, left: 0, bottom: 1, right: 3), activation: .silu),
    window([1, 8, 30, 30], 24, activation: .leakyRelu(alpha: 0.1), hasResidual: true),
  ]

  /// The bound on a single result grows like the number of channels, up to 64 here; random values stay far below it
  /// (Tests/Interop/CKernelsTests derives and tests it element by element).
  @Test(arguments: cases, ISALevel.availableOperatorTables)
  func resultsAreTheReferences(window: WindowCase, level: ISALevel) throws {
    let graph = try window.graph()
    let assignments = try NodeAssignment.explain(graph, engine: Always(), precision: .fp32)
    #expect(assignments.contains { $0.implementation == "native:winograd" })
    let expected = try ModelRun.output(graph, ModelRun.reference, .fp32)
    let single = try ModelRun.output(graph, Always(), .fp32, features: level.features)
    #expect(ModelRun.error(single, expected) < 4e-6)
    for threads in [2, 3, 5] {
      let several = try ModelRun.output(graph, Always(), .fp32, threads: threads, features: level.features)
      let isSame = several == single
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test func whatItCannotComputeIsDeclinedWithAReason() throws {
    var strided = Self.window([1, 16, 14, 14], 16), dilated = strided, grouped = strided, wide = strided
    strided.stride = Window.Extent(2, 1)
    dilated.dilation = Window.Extent(1, 2)
    grouped.groups = 4
    wide.kernel = [3, 5]
    let declined = try [strided, dilated, grouped, wide].map { try Self.reason($0, .fp32) }
    #expect(
      declined == [
        "stride or dilation is not 1", "stride or dilation is not 1", "it has groups", "the window is not 3x3",
      ])
    #expect(try Self.reason(Self.window([1, 64, 56, 56], 64), .bf16) == "it is for fp32")
    #expect(try Self.reason(Self.window([1, 64, 56, 56], 64), .fp32) == nil)
    let small = try Self.reason(Self.window([1, 4, 2, 2], 4), .fp32)
    #expect(small?.hasPrefix("the direct sum is expected to be as fast") == true)
  }

  /// Why the native engine does not take Winograd's algorithm; nil where it does.
  static func reason(_ window: WindowCase, _ precision: Precision) throws -> String? {
    let assignment = try NodeAssignment.explain(window.graph(), engine: NativeEngine(), precision: precision)
      .first { $0.node == "result" }
    return assignment?.declined.first { $0.implementation == "native:winograd" }?.reason
  }
}
