import Foundation
import MachineTestSupport
import Testing
import Topology

@Suite("Groups")
struct GroupsTests {
  @Test(
    "Made-up machines",
    arguments: [
      ("pack:2 [numa] l3:4 core:8 pu:2", [1, 2, 2, 2, 8]),
      ("pack:2 die:2 [numa(memory=1GB)] l3:2 core:2 pu:1", [1, 2, 4, 4, 8]),
      // Every core has an L2 cache of its own and nothing beyond.
      ("package:1 l2:4 core:1 pu:2", [1, 1, 1, 1, 4]),
      // Neither packages nor caches.
      ("core:3 pu:2", [1, 1, 1, 1, 3]),
      ("pu:6", [1, 1, 1, 1, 6]),
      // A node of the whole machine beside those of the packages.
      ("[numa] pack:2 [numa] core:2 pu:1", [1, 2, 2, 2, 4]),
      ("package:8 numa:1 l3:8 core:4 pu:2", [1, 8, 8, 8, 64]),
    ])
  func madeUp(text: String, counts: [Int]) throws {
    let topology = try Topology.discover(source: .synthetic(text))
    for (level, count) in zip(Topology.GroupLevel.allCases, counts) {
      let groups = topology.groups(of: level)
      #expect(groups.map(\.index) == Array(0..<count), "\(level)")
      #expect(groups.flatMap(\.cores) == Array(topology.cores.indices), "\(level)")
      #expect(Set(groups.map(\.cores.count)).count == 1, "\(level)")
    }
  }

  @Test("The brackets of hwloc's memory children are read")
  func brackets() throws {
    let topology = try Topology.discover(source: .synthetic("pack:2 [numa] l3:4 core:8 pu:2"))
    #expect(topology.objects("PU").count == 128)
    #expect(topology.cores.map(\.numaNodes) == Array(repeating: [0], count: 32) + Array(repeating: [1], count: 32))
    #expect(topology.threadsPerCore == 2...2)
  }

  @Test("Cores beside a shared cache are grouped by what they have")
  func asymmetricCaches() {
    let topology = Self.topology(
      Self.object(
        "Machine",
        [
          Self.object(
            "L3Cache", [Self.object("L2Cache", [Self.core(0)]), Self.object("L2Cache", [Self.core(1)])], os: 7),
          Self.object("L2Cache", [Self.object("L1iCache", [Self.core(2), Self.core(3)])]),
          // An instruction cache alone does not make a group.
          Self.object("L1iCache", [Self.core(4), Self.core(5)]),
        ]))
    let groups = topology.groups(of: .lastLevelCache)
    #expect(groups.map(\.cores) == [[0, 1], [2, 3], [4], [5]])
    #expect(groups.map(\.osIndex) == [7, nil, nil, nil])
  }

  @Test("A cache without an allowed core keeps its number")
  func numbersOfTheWholeMachine() {
    let tree = Self.object("Machine", (0..<3).map { Self.object("L3Cache", [Self.core($0)]) })
    let groups = Self.topology(tree, allowed: [0, 2]).groups(of: .lastLevelCache)
    #expect(groups.map(\.index) == [0, 2])
    #expect(groups.map(\.cores) == [[0], [1]])
  }

  @Test("Cores outside of dies are grouped by package, after the dies")
  func someDies() {
    let tree = Self.object(
      "Machine", [Self.object("Die", [Self.core(0)], 0), Self.object("Die", [Self.core(1)], 1), Self.core(2)])
    #expect(Self.topology(tree).groups(of: .die).map(\.index) == [0, 1, 2])
  }

  @Test("Without a tree the cores' own words count")
  func noTree() {
    let cores = [(0, [0]), (0, [0]), (1, [3]), (1, [])].enumerated().map { index, core in
      Topology.Core(logicalIndex: index, pus: [index], numaNodes: core.1, package: core.0, kind: nil)
    }
    let topology = Topology(root: Self.object("Machine", []), allowedPUs: [0, 1, 2, 3], cores: cores, quota: nil)
    #expect(topology.groups(of: .package).map(\.cores) == [[0, 1], [2, 3]])
    #expect(topology.groups(of: .die).map(\.cores) == [[0, 1], [2, 3]])
    #expect(topology.groups(of: .numaNode).map(\.cores) == [[0, 1], [2], [3]])
    #expect(topology.groups(of: .lastLevelCache).map(\.cores) == [[0], [1], [2], [3]])
  }

  private static func object(
    _ type: String, _ children: [TopologyObject], _ index: Int = 0, os: Int? = nil
  ) -> TopologyObject {
    TopologyObject(type: type, logicalIndex: index, osIndex: os, bytes: nil, isAllowed: true, children: children)
  }

  private static func core(_ index: Int) -> TopologyObject {
    object("Core", [object("PU", [], index, os: index)], index, os: index)
  }

  private static func topology(_ root: TopologyObject, allowed: Set<Int>? = nil) -> Topology {
    let pus = root.pus.filter { allowed?.contains($0) ?? true }
    return Topology(
      root: root, allowedPUs: pus,
      cores: pus.map { Topology.Core(logicalIndex: $0, pus: [$0], numaNodes: [0], package: 0, kind: nil) }, quota: nil)
  }
}
