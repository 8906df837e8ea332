import Topology

/// Machines that no recording and no synthetic description gives.
enum TopologyBuilder {
  static func object(
    _ type: String, _ index: Int, bytes: UInt64? = nil, isAllowed: Bool = true, _ children: [TopologyObject] = []
  ) -> TopologyObject {
    TopologyObject(
      type: type, logicalIndex: index, osIndex: index, bytes: bytes, isAllowed: isAllowed, children: children)
  }

  static func node(_ index: Int, bytes: UInt64 = 1 << 30) -> TopologyObject { object("NUMANode", index, bytes: bytes) }

  /// Packages of cores of PUs; each package has an L3, and the machine one node.
  static func machine(packages: [[[Int]]]) -> Topology {
    var core = 0
    var cores: [Topology.Core] = []
    let objects = packages.enumerated().map { number, members in
      let children = members.map { pus in
        cores.append(.init(logicalIndex: core, pus: pus, numaNodes: [0], package: number, kind: nil))
        core += 1
        return object("Core", core - 1, pus.map { object("PU", $0) })
      }
      return object("Package", number, [object("L3Cache", number, bytes: 1 << 20, children)])
    }
    return Topology(
      root: object("Machine", 0, [node(0)] + objects), allowedPUs: packages.flatMap { $0.flatMap { $0 } }.sorted(),
      cores: cores, quota: nil)
  }
}
