extension Topology {
  /// Parts of a machine whose cores belong together.
  public enum GroupLevel: String, CaseIterable, Codable, Hashable, Sendable {
    /// All cores.
    case machine
    /// Cores of a package. Without packages all cores are in package 0.
    case package
    /// Cores of a die. Cores outside every die form one group for each package: on most machines a package is a die.
    case die
    /// Cores to which the same NUMA nodes are local. Where these are several, the group has the number of the one that
    /// the fewest cores share. Cores without any form the last group. Memory-only nodes have no cores and no group.
    case numaNode
    /// Cores below the same outermost data cache. Where only some cores have, say, an L3 cache, the others are grouped by
    /// what they have: an L2 cache, or none, and then the core is a group of its own.
    case lastLevelCache
  }

  /// Cores that belong together at some level.
  public struct Group: Hashable, Sendable {
    /// The number at its level: hwloc's logical index where every group is one object of the tree. Groups without an
    /// allowed core are not listed, but have their number.
    public let index: Int
    /// The operating system's index of the object, where it has one.
    public let osIndex: Int?
    /// Indices in ``Topology/cores``, ascending; never empty.
    public let cores: [Int]

    /// Makes a group from its parts.
    public init(index: Int, osIndex: Int?, cores: [Int]) {
      self.index = index
      self.osIndex = osIndex
      self.cores = cores
    }
  }

  /// The groups of a level that have an allowed core, by ascending number; every core is in exactly one of them.
  ///
  /// One pass over the tree: keep the result where it is needed often.
  public func groups(of level: GroupLevel) -> [Group] {
    let places: [Place]
    switch level {
    case .machine: places = cores.map { _ in Place(index: 0, osIndex: root.osIndex) }
    case .package:
      let packages = osIndices(of: "Package")
      places = cores.map { Place(index: $0.package, osIndex: packages[$0.package]) }
    case .die: places = diePlaces
    case .numaNode: places = nodePlaces
    case .lastLevelCache: places = cachePlaces
    }
    let members = Dictionary(grouping: cores.indices) { places[$0].index }
    return members.keys.sorted().compactMap { index in
      guard let own = members[index], let first = own.first else { return nil }
      return Group(index: index, osIndex: places[first].osIndex, cores: own)
    }
  }

  /// The number of a group and the operating system's.
  private struct Place {
    let index: Int
    let osIndex: Int?
  }

  /// OS indices of a type's objects by their logical ones.
  private func osIndices(of type: String) -> [Int: Int] {
    Dictionary(
      objects(type).compactMap { object in object.osIndex.map { (object.logicalIndex, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  private var diePlaces: [Place] {
    var dieOfPU: [Int: TopologyObject] = [:]
    let dies = objects("Die")
    for die in dies { for pu in die.pus { dieOfPU[pu] = die } }
    let packages = osIndices(of: "Package")
    let first = (dies.map(\.logicalIndex).max() ?? -1) &+ 1
    return cores.map { core in
      if let die = core.pus.first.flatMap({ dieOfPU[$0] }) {
        return Place(index: die.logicalIndex, osIndex: die.osIndex)
      }
      return Place(index: first &+ core.package, osIndex: packages[core.package])
    }
  }

  private var nodePlaces: [Place] {
    let nodes = objects("NUMANode")
    let logical = Dictionary(
      nodes.compactMap { node in node.osIndex.map { ($0, node.logicalIndex) } }, uniquingKeysWith: { first, _ in first }
    )
    let users = Dictionary(cores.flatMap { core in core.numaNodes.map { ($0, 1) } }, uniquingKeysWith: +)
    let last = max(nodes.map(\.logicalIndex).max() ?? -1, users.keys.max() ?? -1) &+ 1
    return cores.map { core in
      guard let own = core.numaNodes.min(by: { (users[$0] ?? 0, $0) < (users[$1] ?? 0, $1) }) else {
        return Place(index: last, osIndex: nil)
      }
      return Place(index: logical[own] ?? own, osIndex: own)
    }
  }

  private var cachePlaces: [Place] {
    var placeOfPU: [Int: Place] = [:]
    var count = 0
    func visit(_ object: TopologyObject) {
      guard object.isDataCache || object.type == "Core" || object.type == "PU" else {
        return object.children.forEach(visit)
      }
      let place = Place(index: count, osIndex: object.isDataCache ? object.osIndex : nil)
      count += 1
      for pu in object.pus { placeOfPU[pu] = place }
    }
    visit(root)
    return cores.enumerated().map { position, core in
      core.pus.first.flatMap { placeOfPU[$0] } ?? Place(index: count + position, osIndex: nil)
    }
  }
}
