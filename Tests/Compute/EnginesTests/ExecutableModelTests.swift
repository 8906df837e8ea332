import CLinux
import Foundation
import ModelGraph
import NumericFormats
import Testing
import Topology

@testable import Engines

/// Every engine, precision, thread count and instruction-set level against the oracle on one thread.
@Suite struct ExecutableModelTests {
  private static let reference = EngineRegistry.engine(named: "reference")!
  private static let openblas = EngineRegistry.engine(named: "openblas")!

  private static func calibration(_ graph: ModelGraph, _ parameters: ParameterStore) throws -> Calibration {
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: reference, precision: .fp32,
      team: ThreadTeam(unpinnedThreads: 1), features: [])
    return try Calibration.measure(model, of: graph, samples: 1) { _, _ in TestGraphs.fill(model) }
  }

  private static func outputs(
    _ graph: ModelGraph, _ engine: any Engine, _ precision: Precision, threads: Int = 1, features: CPUFeatures = []
  ) throws -> [Float] {
    let parameters = try TestGraphs.parameters(graph)
    let calibration = precision == .int8 ? try calibration(graph, parameters) : nil
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: engine, precision: precision, calibration: calibration,
      team: ThreadTeam(unpinnedThreads: threads), features: features)
    TestGraphs.fill(model)
    model.run()
    model.run()  // a second run must not see what the first left in the arena
    return Array(model.outputs[0])
  }

  /// Largest error relative to the largest reference value; fails on anything not finite.
  private static func error(_ actual: [Float], _ expected: [Float]) -> Float {
    #expect(actual.count == expected.count)
    #expect(expected.contains { $0 != 0 })
    guard actual.allSatisfy(\.isFinite) else { return .infinity }
    let largest = expected.map(abs).max() ?? 0
    return zip(actual, expected).map { abs($0 - $1) }.max()! / largest
  }

  /// FP32 sums of k products differ from FP64 sums by at most about k half ULPs, in practice by sqrt(k); layers add up.
  private static let fp32Tolerance: Float = 2e-5
  /// One BF16 rounding is 2^-9; a sum that lands on the other side of a tie moves a stored value by one step.
  private static let bf16Tolerance: Float = 2e-2
  /// The same for steps of 1/255 of a tensor's range.
  private static let int8Tolerance: Float = 3e-2

  @Test(arguments: ISALevel.availableOperatorTables, [1, 2, 3, 5])
  func fp32GraphsAgreeWithTheOracle(isa: ISALevel, threads: Int) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let expected = try Self.outputs(graph, Self.reference, .fp32)
      let actual = try Self.outputs(graph, Self.openblas, .fp32, threads: threads, features: isa.features)
      #expect(Self.error(actual, expected) < Self.fp32Tolerance)
    }
  }

  @Test(arguments: [(Precision.bf16, bf16Tolerance), (.int8, int8Tolerance)], [1, 2])
  func emulatedGraphsAgreeWithTheOracle(precision: (Precision, Float), threads: Int) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
      let expected = try Self.outputs(graph, Self.reference, precision.0)
      for isa in ISALevel.availableOperatorTables {
        let actual = try Self.outputs(graph, Self.openblas, precision.0, threads: threads, features: isa.features)
        #expect(Self.error(actual, expected) < precision.1)
      }
      // The emulation must have an effect, or the test above shows nothing.
      let full = try Self.outputs(graph, Self.reference, .fp32)
      #expect(Self.error(expected, full) > 1e-4)
    }
  }

  @Test(arguments: [1, 2, 3])
  func theOracleGivesTheSameBitsOnAnyNumberOfThreads(threads: Int) throws {
    for precision in Precision.measurable {
      let graph = try TestGraphs.residual()
      let one = try Self.outputs(graph, Self.reference, precision)
      let many = try Self.outputs(graph, Self.reference, precision, threads: threads)
      #expect(one.map(\.bitPattern) == many.map(\.bitPattern))
    }
  }

  @Test(arguments: [
    (1, 1, 8, 8, 16, 3, 1, 1), (2, 3, 17, 15, 5, 7, 2, 3), (1, 64, 7, 7, 256, 1, 1, 0), (3, 8, 9, 9, 33, 1, 2, 0),
    (1, 70, 6, 6, 48, 3, 1, 1), (1, 2, 40, 40, 4, 5, 1, 0), (2, 600, 3, 3, 17, 1, 1, 0), (1, 64, 14, 14, 300, 3, 1, 1),
  ])
  func convolutionsOfAllShapesAgree(
    _ shape: (batch: Int, channels: Int, height: Int, width: Int, out: Int, kernel: Int, stride: Int, padding: Int)
  ) throws {
    let graph = try TestGraphs.convolution(
      batch: shape.batch, channels: shape.channels, height: shape.height, width: shape.width, out: shape.out,
      kernel: shape.kernel, stride: shape.stride, padding: shape.padding)
    for precision in Precision.measurable {
      let expected = try Self.outputs(graph, Self.reference, precision)
      for threads in [1, 2, 4] {
        let actual = try Self.outputs(graph, Self.openblas, precision, threads: threads, features: .detect())
        // One node with an FP32 result: integer sums are exact, BF16 operands the same.
        #expect(Self.error(actual, expected) < Self.fp32Tolerance)
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (1, 2048, 1000), (7, 513, 33), (5, 1100, 16), (17, 16, 100)])
  func innerProductsOfAllShapesAgree(rows: Int, k: Int, n: Int) throws {
    let graph = try TestGraphs.product(rows: rows, k: k, n: n, activation: .gelu)
    for precision in Precision.measurable {
      let expected = try Self.outputs(graph, Self.reference, precision)
      for threads in [1, 2, 3] {
        let actual = try Self.outputs(graph, Self.openblas, precision, threads: threads, features: .detect())
        #expect(Self.error(actual, expected) < Self.fp32Tolerance)
      }
    }
  }

  /// Whole workers on several threads are counted by the tests of `assay run`.
  @Test(arguments: Precision.measurable)
  func aRunAllocatesNothing(precision: Precision) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.convolutionOfSmallTiles()] {
      try ModelRun.expectNoAllocation(graph, Self.openblas, precision)
    }
  }

  @Test func placesAreCountedPerRun() throws {
    let graph = try TestGraphs.residual()
    let model = try ExecutableModel(
      graph: graph, parameters: TestGraphs.parameters(graph), engine: Self.openblas, precision: .fp32,
      team: ThreadTeam(unpinnedThreads: 2))
    #expect(model.places.allSatisfy { $0.cpus.isEmpty && $0.migrations == 0 && $0.firstStray == nil })
    for _ in 0..<3 { model.run() }
    #expect(model.places.count == 2)
    #expect(model.places.allSatisfy { $0.cpus.reduce(0) { $0 + $1.runs } == 3 })
    #expect(model.places.allSatisfy { $0.migrations <= 2 && $0.migrations >= $0.cpus.count - 1 })
    model.resetPlaces()
    #expect(model.places.allSatisfy { $0.cpus.isEmpty && $0.migrations == 0 })
  }

  @Test func aPinnedThreadThatIsMovedStraysFromThatRunOn() async throws {
    let pus = try Topology.discover().allowedPUs
    try #require(pus.count >= 2, "moving a thread takes two PUs")
    // A thread of its own: it is pinned, and moved.
    let places = try await OwnThread.run {
      let graph = try TestGraphs.residual()
      let model = try ExecutableModel(
        graph: graph, parameters: TestGraphs.parameters(graph), engine: Self.openblas, precision: .fp32,
        team: ThreadTeam(pus: [pus[0]]))
      for _ in 0..<3 { model.run() }
      let before = model.places
      var other = Int32(pus[1])
      #expect(clinux_set_affinity(&other, 1) == 0)
      for _ in 0..<2 { model.run() }
      return (before, model.places)
    }
    #expect(places.0 == [ThreadPlaces(cpus: [.init(cpu: pus[0], runs: 3)], migrations: 0, firstStray: nil)])
    #expect(places.1[0].migrations == 1)
    #expect(places.1[0].firstStray == 3)
    #expect(
      places.1[0].cpus.sorted { $0.cpu < $1.cpu }
        == [.init(cpu: pus[0], runs: 3), .init(cpu: pus[1], runs: 2)].sorted { $0.cpu < $1.cpu })
  }
}

/// Runs a body on a thread of its own and waits without blocking the threads that tests share.
enum OwnThread {
  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
