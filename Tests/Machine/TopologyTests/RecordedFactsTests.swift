import Testing
import Topology

/// Facts of a recording, counted from its XML by other means than hwloc.
struct RecordedFacts: Sendable, CustomTestStringConvertible {
  let file: String
  /// Packages, dies and NUMA nodes in the tree, the latter by OS index.
  var packages = 1
  var dies = 0
  var nodes = [0]
  /// Cores of each last-level-cache group.
  let cacheGroups: [Int]
  /// Cores of each NUMA node's group.
  let nodeGroups: [Int]
  var threadsPerCore = 1...1
  var offlinePUs: [Int] = []
  var offlineNodes: [Int] = []
  /// PUs of each kind of cores.
  var kinds: [Topology.Kind.Role: [Int]] = [:]

  var testDescription: String { file }

  static let all: [RecordedFacts] = [
    .init(
      file: "128arm-2pa2n8cluster4co.xml", packages: 2, nodes: [0, 1, 2, 3], cacheGroups: [32, 32, 32, 32],
      nodeGroups: [32, 32, 32, 32]),
    // Nodes 0 and 5 to 7 were not allowed and left out; the PUs of node 4 too. Six cores have no node that is allowed.
    .init(
      file: "16amd64-8n2c-cpusets.xml", packages: 7, nodes: [1, 2, 3, 4], cacheGroups: .init(repeating: 1, count: 10),
      nodeGroups: [2, 1, 1, 6], offlinePUs: [4, 7, 8, 9, 10, 11], offlineNodes: [0, 5, 6, 7]),
    .init(
      file: "16em64t-4s2c2t-offlines.xml", packages: 4, cacheGroups: [2, 1, 2, 2], nodeGroups: [7],
      threadsPerCore: 1...2, offlinePUs: [2, 5, 13, 14]),
    .init(
      file: "16em64t-4s2c2t.xml", packages: 4, cacheGroups: [2, 2, 2, 2], nodeGroups: [8], threadsPerCore: 2...2),
    .init(
      file: "20em64t-hybrid-1p6c2t+2ca4co1t.xml", cacheGroups: [14], nodeGroups: [14], threadsPerCore: 1...2,
      kinds: [.efficiency: Array(12...19), .performance: Array(0...11)]),
    .init(
      file: "256ppc-8n8s4t.xml", packages: 64, nodes: [0, 1, 4, 5, 8, 9, 12, 13],
      cacheGroups: .init(repeating: 1, count: 64), nodeGroups: .init(repeating: 8, count: 8), threadsPerCore: 4...4),
    // No caches at all; hwloc knows the frequency of one of the two cores, which makes no kind.
    .init(file: "2arm-2c.xml", cacheGroups: [1, 1], nodeGroups: [2]),
    // A cgroup allowed six PUs of two nodes; packages and nodes without any are still in the tree.
    .init(
      file: "32amd64-4s2n4c-cgroup2.xml", packages: 3, nodes: [0, 1, 2, 3, 4, 5], cacheGroups: [4, 2],
      nodeGroups: [4, 2], offlinePUs: Array(6...31), offlineNodes: [6, 7]),
    .init(
      file: "48amd64-4pa2n6c-sparse.xml", packages: 4, nodes: [0, 1, 2, 33, 34, 45, 72, 73],
      cacheGroups: .init(repeating: 6, count: 8), nodeGroups: .init(repeating: 6, count: 8)),
    .init(
      file: "64amd64-4s2n4ca2co.xml", packages: 4, nodes: [0, 1, 2, 3, 4, 5, 6, 7],
      cacheGroups: .init(repeating: 8, count: 8), nodeGroups: .init(repeating: 8, count: 8)),
    // Three L2 caches of two cores each; the other two cores have nothing beyond their L1.
    .init(file: "8em64t-2s4c-asymcaches.xml", packages: 2, cacheGroups: [1, 2, 1, 2, 2], nodeGroups: [8]),
    .init(
      file: "memorysidecaches.xml", packages: 2, nodes: [0, 2, 1, 3], cacheGroups: [20, 20],
      nodeGroups: [10, 10, 10, 10], threadsPerCore: 2...2),
  ]
}

@Suite(
  "RecordedFacts",
  .enabled(if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"))
struct RecordedFactsTests {
  @Test("Facts are those of the recording", arguments: RecordedFacts.all)
  func facts(expected: RecordedFacts) throws {
    let topology = try RecordedMachine.topology(expected.file)
    #expect(topology.objects("Package").count == expected.packages)
    #expect(topology.objects("Die").count == expected.dies)
    #expect(topology.objects("NUMANode").map(\.osIndex) == expected.nodes)
    #expect(topology.groups(of: .lastLevelCache).map(\.cores.count) == expected.cacheGroups)
    #expect(topology.groups(of: .numaNode).map(\.cores.count) == expected.nodeGroups)
    #expect(topology.threadsPerCore == expected.threadsPerCore)
    #expect(topology.offlinePUs == expected.offlinePUs)
    #expect(topology.offlineNodes == expected.offlineNodes)
    // These recordings were made without `lstopo --disallowed`.
    #expect(topology.disallowedPUs.isEmpty)
    #expect(topology.disallowedNodes.isEmpty)
    #expect(topology.memoryOnlyNodes.isEmpty)
    #expect(
      Dictionary(uniqueKeysWithValues: topology.kinds.compactMap { kind in kind.role.map { ($0, kind.pus) } })
        == expected.kinds)
    #expect(topology.kinds.count == expected.kinds.count)
  }

  @Test("Every core is in one group of each level", arguments: RecordedFacts.all)
  func partition(expected: RecordedFacts) throws {
    let topology = try RecordedMachine.topology(expected.file)
    for level in Topology.GroupLevel.allCases {
      let groups = topology.groups(of: level)
      #expect(groups.flatMap(\.cores).sorted() == Array(topology.cores.indices), "\(level)")
      #expect(groups.map(\.index) == groups.map(\.index).sorted(), "\(level)")
    }
  }

  @Test("Groups carry the system's numbers")
  func indices() throws {
    let sparse = try RecordedMachine.topology("48amd64-4pa2n6c-sparse.xml").groups(of: .numaNode)
    #expect(sparse.map(\.index) == Array(0..<8))
    #expect(sparse.map(\.osIndex) == [0, 1, 2, 33, 34, 45, 72, 73])
    // Package 4 holds no allowed PU, and cores 4 to 9 no allowed node.
    let restricted = try RecordedMachine.topology("16amd64-8n2c-cpusets.xml")
    #expect(restricted.groups(of: .package).map(\.index) == [0, 1, 2, 3, 5, 6])
    #expect(restricted.groups(of: .package).map(\.osIndex) == [0, 1, 2, 3, 6, 7])
    #expect(restricted.groups(of: .numaNode).map(\.osIndex) == [1, 2, 3, nil])
    #expect(restricted.groups(of: .numaNode).map(\.index) == [0, 1, 2, 4])
  }

  @Test("A hybrid part's kinds have frequencies")
  func kinds() throws {
    let topology = try RecordedMachine.topology("20em64t-hybrid-1p6c2t+2ca4co1t.xml")
    #expect(topology.kinds.map(\.index) == [0, 1])
    #expect(topology.kinds.map(\.efficiency) == [0, 1])
    #expect(topology.kinds.map(\.maxMegahertz) == [3900, 5000])
    #expect(topology.kinds.map(\.name) == [nil, nil])
  }
}
