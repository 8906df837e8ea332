import ModelGraph
import NumericFormats
import Testing

@testable import Engines

/// The native engine as a whole.
@Suite struct NativeEngineTests {
  /// Integer sums that 32 bits may not hold are the reference's, in every engine.
  @Test(arguments: [66_000, 66_001])
  func longIntegerSumsAreExact(depth: Int) throws {
    let graph = try TestGraphs.product(rows: 2, k: depth, n: 3)
    // Without VNNI native takes smaller integers than the reference.
    for (engine, oracle) in [(ModelRun.native, ModelRun.emulation), (ModelRun.openblas, ModelRun.reference)] {
      let expected = try ModelRun.output(graph, oracle, .int8)
      let model = try ModelRun.model(graph, engine, .int8)
      let product = try #require(model.assignments.first { $0.op == "linear" })
      #expect(product.implementation.hasPrefix("reference") == (depth > 66_000), "\(engine.name)")
      #expect(withExtendedLifetime(model) { Array(model.outputs[0]) } == expected, "\(engine.name)")
    }
  }

  /// The emulator has no reference to leave them to.
  @Test(arguments: [NumericsContract.u8s8VNNI, .u8s8MADDUBS, .s8s8Dot]) func theEmulatorRefusesThem(
    contract: NumericsContract
  ) throws {
    let graph = try TestGraphs.product(rows: 1, k: 66_001, n: 1)
    let error = #expect(throws: UnsupportedNodeError.self) {
      try NodeAssignment.explain(graph, engine: EmulatorEngine(), numerics: NumericsAssignment(contract))
    }
    #expect(
      error?.description
        == "Engine emulator has no implementation of linear for node result: integer sums of more than 66000 products "
        + "could overflow.")
  }

  private static let native = EngineRegistry.engine(named: "native")!

  @Test(arguments: ISALevel.allCases)
  func whatIsNativeFollowsFromTheInstructionSets(level: ISALevel) {
    let isNative = Precision.measurable.filter { Self.native.execution(of: $0, on: level.features) == .native }
    let names = Precision.measurable.map { Self.native.contract(for: $0, on: level.features).name }
    // The names of the kernels say what they need; without an instruction of its own a precision is imitated.
    let target = Target(features: level.features, integerLimit: Self.native.integerLimit(on: level.features))
    let kernels = Precision.measurable.compactMap {
      GemmKernel.select(Self.native.contract(for: $0, on: level.features).accumulation, for: target)
    }
    #expect(kernels.count == 3)
    #expect(isNative.contains(.fp32))
    #expect(isNative.contains(.bf16) == (level == .avx512CoreBF16))
    #expect(isNative.contains(.int8) == !kernels[2].name.contains("generic"))
    #expect(level != .generic || isNative == [.fp32])
    #expect(![.avx2VNNI, .avx512CoreVNNI, .avx512CoreBF16].contains(level) || isNative.contains(.int8))
    #expect(names == ["fp32-fma", "vdpbf16ps", kernels[2].name.contains("u8s7") ? "u8s7-maddubs" : "u8s8-vnni"])
  }

  /// Sums are ordered otherwise than the oracle's, and layers add up: the tolerances of the other engines' tests.
  @Test(arguments: [(Precision.fp32, Float(2e-5)), (.bf16, 2e-2), (.int8, 3e-2)], [1, 2, 3])
  func wholeGraphsAgreeWithTheOracle(precision: (Precision, Float), threads: Int) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let expected = try ModelRun.output(graph, ModelRun.reference, precision.0)
      for level in ISALevel.available {
        let actual = try ModelRun.output(
          graph, Self.native, precision.0, threads: threads, features: level.features)
        #expect(ModelRun.error(actual, expected) < precision.1, "\(graph.name) at \(level)")
      }
    }
  }

  /// Images stay channels last from the input's conversion to the average over each plane.
  @Test(arguments: Precision.measurable, ISALevel.allCases)
  func nothingIsReorderedBetweenImages(precision: Precision, level: ISALevel) throws {
    let assignments = try NodeAssignment.explain(
      TestGraphs.residual(), engine: Self.native, precision: precision, target: Target(features: level.features))
    #expect(assignments.filter { $0.op == "convert" }.count == 1)
    let images = assignments.filter { ["stem", "pool", "a", "b"].contains($0.node) }
    #expect(images.count == 4)
    for item in images {
      #expect(item.storage == "channels-last", "\(item.node)")
      #expect(item.implementation.hasPrefix("native:"), "\(item.node)")
      #expect(item.execution == .native)
    }
  }

  @Test(arguments: Precision.measurable)
  func aRunAllocatesNothing(precision: Precision) throws {
    try ModelRun.expectNoAllocation(TestGraphs.residual(), Self.native, precision)
    try ModelRun.expectNoAllocation(TestGraphs.attention(), Self.native, precision)
  }
}
