import Topology

/// Machines for reports and pictures.
enum TopologySample {
  /// Two cores of two PUs each, of which the second ones are not allowed, under a quota.
  static let small = Topology(
    root: object(
      "Machine",
      [
        object(
          "Package",
          [
            object("NUMANode", os: 0, bytes: 8_329_854_976),
            object(
              "L3Cache",
              (0..<2).map { core in
                object(
                  "L2Cache",
                  [
                    object(
                      "L1Cache",
                      [
                        object(
                          "Core", (0..<2).map { object("PU", core * 2 + $0, os: core + 2 * $0, isAllowed: $0 == 0) },
                          core, os: core)
                      ], core, bytes: 48 << 10)
                  ], core, bytes: 2 << 20)
              }, bytes: 32 << 20),
          ])
      ]), allowedPUs: [0, 1],
    cores: (0..<2).map { Topology.Core(logicalIndex: $0, pus: [$0], numaNodes: [0], package: 0, kind: nil) },
    quota: CPUQuota(cpus: 1.6, source: "/sys/fs/cgroup/cpu.max"))

  /// Two performance cores of two PUs and four efficiency cores around one cache, a node that is memory only and one that
  /// is not allowed, and two PUs offline.
  static let hybrid: Topology = {
    let fast = (0..<2).map { core in
      object(
        "L2Cache", [object("Core", (0..<2).map { object("PU", core * 2 + $0, os: core * 2 + $0) }, core, os: core)],
        core, bytes: 2 << 20)
    }
    let slow = object(
      "L2Cache", (2..<6).map { core in object("Core", [object("PU", core + 2, os: core + 2)], core, os: core) }, 2,
      bytes: 4 << 20)
    let nodes = [
      object("NUMANode", 0, os: 0, bytes: 64 << 30), object("NUMANode", 1, os: 1, bytes: 512 << 30),
      object("NUMANode", 2, os: 2, bytes: 8 << 30, isAllowed: false),
    ]
    let package = object("Package", [nodes[0], object("L3Cache", fast + [slow], bytes: 24 << 20)])
    return Topology(
      root: object("Machine", [nodes[1], nodes[2], package], bytes: 584 << 30), allowedPUs: Array(0..<8),
      cores: (0..<6).map {
        Topology.Core(
          logicalIndex: $0, pus: $0 < 2 ? [2 * $0, 2 * $0 + 1] : [$0 + 2], numaNodes: [0, 1], package: 0,
          kind: $0 < 2 ? 1 : 0)
      }, quota: nil, offlinePUs: [8, 11], memoryOnlyNodes: [1],
      kinds: [
        Topology.Kind(
          index: 0, efficiency: 0, role: .efficiency, name: "IntelAtom", maxMegahertz: 3900, pus: [4, 5, 6, 7]),
        Topology.Kind(
          index: 1, efficiency: 1, role: .performance, name: "IntelCore", maxMegahertz: 5200, pus: [0, 1, 2, 3]),
      ])
  }()

  /// 8 packages and nodes, 32 last-level-cache groups, 256 cores, 512 PUs.
  static func large() throws -> Topology {
    try Topology.discover(
      source: .synthetic(
        "pack:8 [numa(memory=68719476736)] l3:4(size=33554432) l2:8(size=1048576) l1:1(size=49152) core:1 pu:2"))
  }

  /// The same topology where some PUs are not allowed.
  static func forbidding(_ pus: Set<Int>, in topology: Topology) -> Topology {
    func changed(_ object: TopologyObject) -> TopologyObject {
      TopologyObject(
        type: object.type, logicalIndex: object.logicalIndex, osIndex: object.osIndex, bytes: object.bytes,
        isAllowed: object.type != "PU" || !pus.contains(object.osIndex ?? -1), children: object.children.map(changed))
    }
    return Topology(
      root: changed(topology.root), allowedPUs: topology.allowedPUs.filter { !pus.contains($0) },
      cores: topology.cores.compactMap { core in
        let rest = core.pus.filter { !pus.contains($0) }
        return rest.isEmpty
          ? nil
          : Topology.Core(
            logicalIndex: core.logicalIndex, pus: rest, numaNodes: core.numaNodes, package: core.package,
            kind: core.kind)
      }, quota: topology.quota)
  }

  static func object(
    _ type: String, _ children: [TopologyObject] = [], _ index: Int = 0, os: Int? = nil, bytes: UInt64? = nil,
    isAllowed: Bool = true
  ) -> TopologyObject {
    TopologyObject(
      type: type, logicalIndex: index, osIndex: os, bytes: bytes, isAllowed: isAllowed, children: children)
  }

  /// An object without children.
  static func object(
    _ type: String, _ index: Int, os: Int? = nil, bytes: UInt64? = nil, isAllowed: Bool = true
  ) -> TopologyObject { object(type, [], index, os: os, bytes: bytes, isAllowed: isAllowed) }
}
