import Engines
import Harness
import Testing
import Topology

@Suite struct CacheSizesTests {
  private static func object(
    _ type: String, _ index: Int, bytes: UInt64? = nil, _ children: [TopologyObject] = []
  ) -> TopologyObject {
    TopologyObject(
      type: type, logicalIndex: index, osIndex: type == "PU" ? index : nil, bytes: bytes, isAllowed: true,
      children: children)
  }

  /// A package of two L3 caches with two cores each, which have PUs i and i + 4 and, unless two share one, an L2 cache.
  private static func topology(
    l2: UInt64? = 2 << 20, l3: [UInt64?] = [32 << 20, 96 << 20], sharesL2: Bool = false
  ) -> Topology {
    let clusters = l3.enumerated().map { cluster, bytes in
      let cores = (0..<2).map { core in
        let pu = cluster * 2 + core
        return object("Core", pu, [object("PU", pu), object("PU", pu + 4)])
      }
      let inner = sharesL2 ? [cores] : cores.map { [$0] }
      return object(
        "L3Cache", cluster, bytes: bytes, inner.enumerated().map { object("L2Cache", $0, bytes: l2, $1) })
    }
    return Topology(
      root: object("Machine", 0, [object("Package", 0, clusters)]), allowedPUs: Array(0..<8),
      cores: (0..<4).map { Topology.Core(logicalIndex: $0, pus: [$0, $0 + 4], numaNodes: [0], package: 0, kind: nil) },
      quota: nil)
  }

  /// PUs, and the MiB expected for their own and for their shared cache.
  private static let expectations: [(pus: [Int], own: Int, shared: Int)] = [
    ([0], 2, 32), ([0, 1], 2, 32),
    // The same for two threads of a core: what is computed how does not depend on them.
    ([0, 4], 2, 32),
    // Every last-level cache holds what its own threads read.
    ([2, 3], 2, 96), ([0, 2], 2, 32), ([1, 2, 6], 2, 32),
  ]

  @Test(arguments: expectations)
  func leastSharesOfTheThreads(item: (pus: [Int], own: Int, shared: Int)) {
    let (own, shared) = (item.own << 20, item.shared << 20)
    #expect(CacheSizes(of: item.pus, in: Self.topology()) == CacheSizes(own: own, shared: shared))
    // Cores that share a second-level cache have a part of it each.
    #expect(CacheSizes(of: item.pus, in: Self.topology(sharesL2: true)) == CacheSizes(own: own / 2, shared: shared))
  }

  @Test func whatIsNotKnownIsTypical() {
    let typical = CacheSizes.typical
    #expect(CacheSizes(of: [0], in: nil) == typical)
    #expect(CacheSizes(of: [], in: Self.topology()) == typical)
    #expect(CacheSizes(of: [0], in: Self.topology(l2: nil)) == CacheSizes(own: typical.own, shared: 32 << 20))
    let partly = Self.topology(l3: [nil, 96 << 20])
    #expect(CacheSizes(of: [0], in: partly) == CacheSizes(own: 2 << 20, shared: typical.shared))
    #expect(CacheSizes(of: [0, 2], in: partly) == CacheSizes(own: 2 << 20, shared: typical.shared))
    #expect(CacheSizes(of: [9], in: Self.topology()) == typical)
  }
}
