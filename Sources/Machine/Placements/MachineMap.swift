import Topology

/// Where the tree has each PU: its package, die, last-level cache and nearest NUMA nodes.
struct MachineMap {
  /// OS indices of all PUs in the tree.
  private(set) var pus: Set<Int> = []
  /// Packages, dies, NUMA nodes and cache groups that exist, also those without an allowed PU.
  private(set) var domains: Set<PlacementExpression.Domain> = []
  private var spots: [Int: Spot] = [:]
  private var packages = 0
  private var dies = 0
  private var caches = 0
  private var visited = 0
  /// OS indices of the nodes that are no PU's own.
  private let memoryOnly: Set<Int>
  /// Whether the tree says of any node how much memory it has; a made-up machine may not.
  private var knowsSizes = false

  /// What cores with the same nearest memory have in common.
  enum Home: Hashable {
    /// The object of the tree that their nearest nodes belong to.
    case object(Int)
    /// The nodes that the cores name, where the tree has none.
    case nodes([Int])
    /// The package, where no node is known at all.
    case package(Int)
  }

  /// What is known of a core.
  struct Site {
    let package: Int
    let die: Int
    let cache: Int
    let home: Home
    /// OS indices of the nearest allowed nodes with memory.
    let nodes: [Int]
  }

  /// What lies above a PU.
  private struct Spot {
    var package: Int?
    var die: Int?
    /// The number of the outermost data cache, or of the core itself where there is none.
    var cache: Int?
    /// Objects with NUMA nodes, the outermost first.
    var memories: [Memory] = []
  }

  private struct Memory {
    let object: Int
    let nodes: [TopologyObject]
  }

  /// Walks a topology's tree.
  init(_ topology: Topology) {
    memoryOnly = Set(topology.memoryOnlyNodes)
    walk(topology.root, Spot())
    if packages == 0 { domains.insert(.package(0)) }
    // likwid too takes packages for dies where the machine shows none.
    if dies == 0 {
      domains.formUnion(domains.compactMap { if case .package(let number) = $0 { .die(number) } else { nil } })
    }
  }

  private mutating func walk(_ object: TopologyObject, _ above: Spot) {
    var spot = above
    visited += 1
    switch object.type {
    case "Package":
      spot.package = object.logicalIndex
      packages = max(packages, object.logicalIndex + 1)
      domains.insert(.package(object.logicalIndex))
    case "Die":
      spot.die = object.logicalIndex
      dies = max(dies, object.logicalIndex + 1)
      domains.insert(.die(object.logicalIndex))
    case "Core", "PU":
      // A core without any cache is its own group.
      if spot.cache == nil { spot.cache = nextCache() }
    default:
      if spot.cache == nil, Self.isDataCache(object.type) { spot.cache = nextCache() }
    }
    let nodes = object.children.flatMap(Self.nodes)
    if !nodes.isEmpty {
      spot.memories.append(Memory(object: visited, nodes: nodes))
      for node in nodes {
        domains.insert(.node(node.logicalIndex))
        knowsSizes = knowsSizes || (node.bytes ?? 0) > 0
      }
    }
    if object.type == "PU" {
      let index = object.osIndex ?? object.logicalIndex
      pus.insert(index)
      spots[index] = spot
    }
    for child in object.children where !Self.isMemory(child.type) { walk(child, spot) }
  }

  private mutating func nextCache() -> Int {
    domains.insert(.cache(caches))
    caches += 1
    return caches - 1
  }

  private static func isMemory(_ type: String) -> Bool { type == "NUMANode" || type == "MemCache" }

  /// The NUMA nodes that an object is or that lie behind a memory-side cache.
  private static func nodes(_ object: TopologyObject) -> [TopologyObject] {
    switch object.type {
    case "NUMANode": [object]
    case "MemCache": object.children.flatMap(nodes)
    default: []
    }
  }

  /// `L1Cache` to `L5Cache`; not `L1iCache`.
  private static func isDataCache(_ type: String) -> Bool {
    type.hasPrefix("L") && type.hasSuffix("Cache") && Int(type.dropFirst().dropLast("Cache".count)) != nil
  }

  // MARK: Questions

  private func spot(of core: Topology.Core) -> Spot? { core.pus.lazy.compactMap { spots[$0] }.first }

  /// What is known of an allowed core; what the tree does not say, the core itself does.
  func site(of core: Topology.Core) -> Site {
    let spot = spot(of: core)
    let package = spot == nil ? max(0, core.package) : spot?.package ?? packages
    let die = spot?.die ?? (dies == 0 ? package : dies + package)
    let nearest = spot?.memories.last
    let home: Home =
      if let nearest { .object(nearest.object) } else if !core.numaNodes.isEmpty { .nodes(core.numaNodes) } else {
        .package(package)
      }
    return Site(
      package: package, die: die,
      // Cores outside of the tree get numbers of their own behind those of the tree.
      cache: spot?.cache ?? caches + max(0, core.logicalIndex), home: home, nodes: memory(of: core, spot))
  }

  /// The nearest nodes that may be used: farther ones, and those without PUs of their own beside one that has some,
  /// count only where there is nothing better.
  private func memory(of core: Topology.Core, _ spot: Spot?) -> [Int] {
    guard let spot, !spot.memories.isEmpty else {
      let own = core.numaNodes.filter { !memoryOnly.contains($0) }
      return (own.isEmpty ? core.numaNodes : own).sorted()
    }
    for memory in spot.memories.reversed() {
      let usable = memory.nodes.filter { !knowsSizes || ($0.bytes ?? 0) > 0 }.map { $0.osIndex ?? $0.logicalIndex }
        .filter(core.numaNodes.contains)
      let own = usable.filter { !memoryOnly.contains($0) }
      if !usable.isEmpty { return (own.isEmpty ? usable : own).sorted() }
    }
    return []
  }

  /// Logical indices of a core's nearest NUMA nodes, whether or not their memory may be used.
  func nodes(of core: Topology.Core) -> [Int] { spot(of: core)?.memories.last?.nodes.map(\.logicalIndex) ?? [] }
}
