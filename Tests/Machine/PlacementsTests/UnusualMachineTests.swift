import Placements
import Testing
import Topology

/// Machines that are rarely seen: nothing breaks, and memory is where it belongs.
@Suite struct UnusualMachineTests {
  private typealias Build = TopologyBuilder

  /// Two packages with two cores and a node each; node 2 has no PUs and belongs to the whole machine, as hwloc shows
  /// memory behind CXL.
  private static let memoryOnly = Topology(
    root: Build.object(
      "Machine", 0,
      [Build.node(2, bytes: 1 << 40)]
        + (0..<2).map { package in
          Build.object(
            "Package", package,
            [Build.node(package)]
              + (0..<2).map { core in
                let index = package * 2 + core
                return Build.object("Core", index, [Build.object("PU", index)])
              })
        }),
    allowedPUs: [0, 1, 2, 3],
    cores: (0..<4).map { .init(logicalIndex: $0, pus: [$0], numaNodes: [$0 / 2, 2], package: $0 / 2, kind: nil) },
    quota: nil)

  @Test(arguments: [
    ExpectedLayout("compact", "-x-", "0,1 | 2,3", nodes: "0 | 1"),
    .init("per-numa", "-x-", "0,1 | 2,3", nodes: "0 | 1"),
    .init("across-numa", "-x-", "0-3", [.acrossNodes], nodes: "0,1"),
    .init("M1:0-1", "-x-", "2,3", nodes: "1"),
  ])
  func aNodeWithoutPUsIsNoHome(expected: ExpectedLayout) throws { try expected.check(on: Self.memoryOnly) }

  @Test func aNodeWithoutPUsHasNoNumbers() {
    let error = #expect(throws: PlacementError.self) {
      try Placer(Self.memoryOnly).layout(PlacementRequest(words: "M2:0"))
    }
    #expect(error?.description == "M2 has no PU that this process may use: there are M0 to M1.")
  }

  @Test(
    "Two nodes with the same cores are one home; memory comes from both unless one of them is no PU's own",
    arguments: [([], "0,2 | 1,3"), ([2, 3], "0 | 1")] as [([Int], String)])
  func twoNodesOfOneCluster(memoryOnly: [Int], nodes: String) throws {
    let topology = Topology(
      root: Build.object(
        "Machine", 0,
        (0..<2).map { cluster in
          Build.object(
            "Group", cluster,
            [Build.node(cluster), Build.node(cluster + 2, bytes: 1 << 34)]
              + (0..<2).map { Build.object("Core", cluster * 2 + $0, [Build.object("PU", cluster * 2 + $0)]) })
        }),
      allowedPUs: [0, 1, 2, 3],
      cores: (0..<4).map {
        .init(logicalIndex: $0, pus: [$0], numaNodes: [$0 / 2, $0 / 2 + 2], package: 0, kind: nil)
      }, quota: nil, memoryOnlyNodes: memoryOnly)
    try ExpectedLayout("compact", "-x-", "0,1 | 2,3", nodes: nodes).check(on: topology)
    try ExpectedLayout("M3:0-1", "-x-", "2,3", nodes: String(nodes.split(separator: "|")[1])).check(on: topology)
  }

  @Test("A node without memory is not bound to")
  func emptyNode() throws {
    let topology = Topology(
      root: Build.object(
        "Machine", 0,
        [
          Build.object(
            "Package", 0, [Build.node(0, bytes: 0), Build.object("Core", 0, [Build.object("PU", 0)])]),
          Build.object(
            "Package", 1, [Build.node(1, bytes: 1 << 30), Build.object("Core", 1, [Build.object("PU", 1)])]),
        ]), allowedPUs: [0, 1],
      cores: (0..<2).map { .init(logicalIndex: $0, pus: [$0], numaNodes: [$0], package: $0, kind: nil) }, quota: nil)
    let layout = try Placer(topology).layout(PlacementRequest(words: "0"))
    #expect(layout.instances.map(\.nodes) == [[]])
    #expect(layout.commands.map(\.numactl) == ["numactl --physcpubind=0"])
  }

  @Test("Cores that the tree lacks are taken as they describe themselves")
  func withoutTree() throws {
    let topology = Topology(
      root: Build.object("Machine", 0), allowedPUs: [0, 1, 2, 3],
      cores: [
        .init(logicalIndex: 0, pus: [0, 2], numaNodes: [0], package: 0, kind: nil),
        .init(logicalIndex: 1, pus: [1], numaNodes: [1], package: 0, kind: nil),
        .init(logicalIndex: 2, pus: [3], numaNodes: [], package: 1, kind: nil),
      ], quota: nil)
    try ExpectedLayout("threads", "-x-", "0,2 | 1 | 3", nodes: "0 | 1 |").check(on: topology)
    try ExpectedLayout("S1:0_S0:0-2", "-x-", "3 | 0,1,2", [.acrossNodes], nodes: "| 0,1").check(on: topology)
  }

  @Test("The fastest kind comes first, whatever its number, and an unranked core last")
  func threeKinds() throws {
    let kinds: [Int?] = [0, 0, 2, 2, 1, nil]
    let topology = Topology(
      root: Build.object(
        "Machine", 0, [Build.node(0)] + (0..<6).map { Build.object("Core", $0, [Build.object("PU", $0)]) }),
      allowedPUs: Array(0..<6),
      cores: (0..<6).map { .init(logicalIndex: $0, pus: [$0], numaNodes: [0], package: 0, kind: kinds[$0]) },
      quota: nil)
    try ExpectedLayout("compact", "-x-", "2,3 | 4 | 0,1 | 5").check(on: topology)
    try ExpectedLayout("kind:performance", "-x-", "2,3").check(on: topology)
    try ExpectedLayout("kind:efficiency", "-x-", "0,1").check(on: topology)
    try ExpectedLayout("kind:1", "-x-", "4").check(on: topology)
    try ExpectedLayout("compact", "3x1", "2 | 3 | 4").check(on: topology)
    try ExpectedLayout("mixed-kinds", "1x4", "2,3,4,0", [.mixedKinds]).check(on: topology)
  }

  @Test("Where a cgroup leaves one sibling of a core, whole cores come first")
  func oneSibling() throws {
    // Cores 0 and 2 keep both PUs, core 1 only its second.
    let topology = TopologyBuilder.machine(packages: [[[0, 3], [4], [2, 5]]])
    try ExpectedLayout("compact", "-x-", "0,4,2").check(on: topology)
    try ExpectedLayout("threads", "-x-", "0,4,2,3,5").check(on: topology)
    try ExpectedLayout("compact", "1x4", "0,4,2,3").check(on: topology)
    try ExpectedLayout("threads", "1x3", "0,4,3", [.partialCacheGroup, .siblingsBesideIdleCores]).check(on: topology)
    try ExpectedLayout("compact", "2x2", "0,3 | 4,2").check(on: topology)
    try ExpectedLayout("compact", "5x1", "0 | 4 | 2 | 3 | 5").check(on: topology)
    try ExpectedLayout("N:0-4", "-x-", "0,4,2,3,5").check(on: topology)
  }

  @Test("Instances share a core only where there are fewer cores than instances")
  func fewCores() throws {
    let machine = TopologyBuilder.machine(packages: [[[0, 1, 2, 3], [4, 5, 6, 7]]])
    try ExpectedLayout("compact", "3x2", "0,1 | 4,5 | 2,3").check(on: machine)
    try ExpectedLayout("compact", "2x3", "0,1,2 | 4,5,6").check(on: machine)
    try ExpectedLayout("compact", "8x1", "0 | 4 | 1 | 5 | 2 | 6 | 3 | 7").check(on: machine)
    let other = TopologyBuilder.machine(packages: [[[0, 1], [2, 3], [4, 5]]])
    try ExpectedLayout("compact", "2x3", "0,2,1 | 4,3,5").check(on: other)
  }

  @Test("An instance that needs several cache groups takes those that it fills")
  func unequalCacheGroups() throws {
    let machine = TopologyBuilder.machine(packages: [[[0], [1]], [[2], [3]], [[4]]])
    try ExpectedLayout("compact", "1x3", "0,1,4").check(on: machine)
    try ExpectedLayout("compact", "1x4", "0-3").check(on: machine)
    try ExpectedLayout("compact", "1x5", "0-4").check(on: machine)
    try ExpectedLayout("compact", "2x1", "0 | 1").check(on: machine)
    try ExpectedLayout("compact", "1x1", "4").check(on: machine)
  }
}
