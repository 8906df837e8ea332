import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct EmulatorEngineTests {
  /// Contracts that the emulator runs: not those of a library's or the oracle's order.
  static let contracts = NumericsContract.all.filter { ![.fp32Library, .fp64Chain].contains($0.accumulation) }

  static let graphs: [(name: String, make: @Sendable () throws -> ModelGraph)] = [
    ("residual", { try TestGraphs.residual() }), ("attention", { try TestGraphs.attention() }),
  ]

  static func output(
    _ graph: ModelGraph, _ numerics: NumericsAssignment, engine: any Engine = EmulatorEngine(), threads: Int = 1,
    features: CPUFeatures = .detect()
  ) throws -> [Float] {
    let parameters = try TestGraphs.parameters(graph)
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: engine, numerics: numerics,
      calibration: numerics.needsCalibration ? ModelRun.calibration(graph, parameters) : nil,
      team: ThreadTeam(unpinnedThreads: threads), features: features)
    TestGraphs.fill(model)
    model.run()
    try model.check()
    return withExtendedLifetime(model) { model.outputValues }
  }

  /// Neither instruction sets nor threads change a bit. Without fused multiply-adds the polynomials of activations such as
  /// GELU, which the second graph has, round twice.
  @Test(arguments: contracts.map(\.name), [0, 1])
  func everyLevelGivesTheSameBits(name: String, index: Int) throws {
    let contract = try #require(NumericsContract.named(name))
    let graph = try Self.graphs[index].make()
    let expected = try Self.output(graph, NumericsAssignment(contract))
    #expect(expected.allSatisfy(\.isFinite) && expected.contains { $0 != 0 })
    for level in ISALevel.allCases where CPUFeatures.detect().isSuperset(of: level.features) {
      if level == .generic, index == 1 { continue }
      for threads in [1, 3] {
        let actual = try Self.output(
          graph, NumericsAssignment(contract), threads: threads, features: level.features)
        #expect(
          actual.map(\.bitPattern) == expected.map(\.bitPattern), "\(name) on \(level.rawValue), \(threads) threads")
      }
    }
  }

  /// Every contract rounds, each by as much as its formats allow.
  @Test(arguments: [0, 1])
  func contractsDifferAndStayClose(graph: Int) throws {
    let graph = try Self.graphs[graph].make()
    let exact = try Self.output(graph, NumericsAssignment(.fp32FMA))
    var seen: [[UInt32]: String] = [:]
    for contract in Self.contracts where !contract.isFP32 {
      let actual = try Self.output(graph, NumericsAssignment(contract))
      let bound: Float =
        switch contract.precision {
        case .tf32, .fp16: 0.01
        case .bf16: 0.06
        case .int8, .fp8: 0.25
        default: contract.name.hasPrefix("mxfp4") ? 0.8 : 0.4
        }
      #expect(ModelRun.error(actual, exact) < bound, "\(contract.name)")
      #expect(actual != exact, "\(contract.name)")
      seen[actual.map(\.bitPattern)] = contract.name
    }
    // Some contracts differ only where sums are long or saturate.
    #expect(seen.count >= 12)
  }

  /// What the CPU has natively, the native engine computes with the same bits.
  @Test(arguments: [Precision.bf16, .int8])
  func theNativeEngineKeepsItsContract(precision: Precision) throws {
    let graph = try TestGraphs.residual()
    for level in ISALevel.allCases where CPUFeatures.detect().isSuperset(of: level.features) {
      let numerics = NumericsAssignment(ModelRun.native.contract(for: precision, on: level.features))
      let native = try Self.output(graph, numerics, engine: ModelRun.native, features: level.features)
      let emulated = try Self.output(graph, numerics)
      #expect(native.map(\.bitPattern) == emulated.map(\.bitPattern), "\(level.rawValue)")
    }
  }

  /// Nodes follow contracts of their own.
  @Test func exceptionsAreLoweredAlone() throws {
    let graph = try TestGraphs.residual()
    let exact = try Self.output(graph, NumericsAssignment(.fp32FMA))
    let whole = try Self.output(graph, NumericsAssignment(.u8s8VNNI))
    let multiplying = graph.nodes.filter(\.op.isMultiplyAccumulate).map(\.name)
    let none = Dictionary(uniqueKeysWithValues: multiplying.map { ($0, NumericsContract.u8s8VNNI) })
    #expect(try Self.output(graph, NumericsAssignment(.fp32FMA, exceptions: [:])) == exact)
    let errors = try multiplying.map { name in
      let one = try Self.output(graph, NumericsAssignment(.fp32FMA, exceptions: [name: .u8s8VNNI]))
      #expect(one != exact, "\(name)")
      let native = try Self.output(
        graph, NumericsAssignment(.fp32FMA, exceptions: [name: .u8s8VNNI]), engine: ModelRun.native)
      #expect(ModelRun.error(native, one) < 1e-4, "\(name)")
      return ModelRun.error(one, exact)
    }
    #expect(errors.allSatisfy { $0 > 0 && $0 < 0.2 })
    // All products alone are not the whole model: pools and residuals follow the base.
    let all = try Self.output(graph, NumericsAssignment(.fp32FMA, exceptions: none))
    #expect(all != whole)
    let (error, bound) = (ModelRun.error(all, exact), ModelRun.error(whole, exact))
    #expect(error < 2 * bound)
  }

  /// Each begun 32 channels of each result and position of the window have a power of two of their own: in 5 x 3 x 7 x 7,
  /// 150 x 5 x 3 x 3, 5 x 150 and 10 x 5 weights.
  @Test func weightBytesCountSharedScales() throws {
    let graph = try TestGraphs.residual()
    func bytes(_ contract: NumericsContract) throws -> Int {
      try NodeAssignment.explain(graph, engine: EmulatorEngine(), numerics: NumericsAssignment(contract))
        .reduce(0) { $0 + $1.weightBytes }
    }
    let (fp32, fp8, mx, int8) = try (bytes(.fp32FMA), bytes(.fp8E4M3FP32Acc), bytes(.mxfp8E4M3), bytes(.u8s8VNNI))
    #expect(fp8 == int8)
    #expect(mx == fp8 + 5 * 49 + 150 * 9 + 5 * 5 + 10)
    #expect(fp8 < fp32 / 3)
  }
}
