import ModelGraph
import NumericFormats
import Testing

@testable import Engines

/// Plans follow the caches of the target, and nothing else of the machine.
@Suite struct CacheSizesTests {
  private static func step(_ graph: ModelGraph, _ caches: CacheSizes, threads: Int = 1) throws -> StepDescription {
    let assignments = try NodeAssignment.explain(
      graph, engine: ModelRun.native, precision: .fp32, target: Target(features: [], threads: threads, caches: caches))
    return try #require(assignments.last { $0.op != "convert" }?.step)
  }

  /// A block's source and a part of a panel stay in the second-level cache together.
  @Test func blocksFollowTheCacheOfAThread() throws {
    let graph = try TestGraphs.product(rows: 4096, k: 4096, n: 64)
    func tiles(_ caches: CacheSizes) throws -> String? { try Self.step(graph, caches).tiles }
    #expect(try tiles(.typical) == "4x8, 32 rows a block")
    #expect(try tiles(CacheSizes(own: 128 << 10, shared: 32 << 20)) == "4x8, 32 rows a block, 2048 deep at once")
    #expect(try tiles(CacheSizes(own: 8 << 20, shared: 32 << 20)) == "4x8, 191 rows a block")
  }

  @Test func winogradsBlocksFollowTheCacheOfAThread() {
    let extents = WinogradPlan.Extents(
      images: 1, height: 28, width: 28, outHeight: 28, outWidth: 28, channels: 128, outChannels: 128)
    let kernel = WinogradPlan.Kernel(nr: 64, lanes: 16)
    func plan(_ own: Int, _ shared: Int) -> WinogradPlan {
      WinogradPlan(extents, kernel: kernel, threads: 1, caches: CacheSizes(own: own, shared: shared))
    }
    let (small, large) = (plan(256 << 10, 32 << 20), plan(4 << 20, 32 << 20))
    #expect(small.blockTiles != large.blockTiles, "\(small), \(large)")
    #expect(small.cost > large.cost)
  }

  @Test func sizesThatCannotBeAreTheNearestThatCan() {
    #expect(CacheSizes(own: -1, shared: .max) == CacheSizes(own: 64 << 10, shared: 1 << 40))
    #expect(CacheSizes(own: .max, shared: 0) == CacheSizes(own: 1 << 40, shared: 1 << 40))
    #expect(CacheSizes(own: 2 << 20, shared: 1 << 20).shared == 2 << 20)
    #expect(Target().caches == .typical)
  }
}
