import Topology

/// How the allowed cores of a machine group: what decides which counts are worth trying.
struct MachineShape: Sendable {
  /// Allowed PUs.
  let pus: Int
  /// Cores with an allowed PU.
  let cores: Int
  /// Hardware threads that the CPU quota feeds; the number of PUs where there is none.
  let fed: Int
  /// The most allowed hardware threads of a core.
  let threadsPerCore: Int
  /// NUMA nodes that are local to an allowed core.
  let nodes: Int
  /// Cores of each kind, the slowest kind first; empty where all cores are alike.
  let kinds: [Int]
  /// Groupings into more than one group and fewer groups than cores, the largest groups first; of those that are the
  /// same groups only the first.
  let groups: [Grouping]

  /// One way in which the cores group.
  struct Grouping: Hashable, Sendable {
    /// The placement word for one instance a group.
    let words: String
    /// Cores of each group.
    let sizes: [Int]
  }

  init(_ topology: Topology) {
    pus = topology.allowedPUs.count
    cores = topology.cores.count
    fed = topology.quota.map { $0.cpus >= 1 ? Int(min($0.cpus, Double(topology.allowedPUs.count))) : 1 } ?? pus
    threadsPerCore = topology.cores.map(\.pus.count).max() ?? 1
    nodes = Set(topology.cores.flatMap(\.numaNodes)).count
    let byKind = Dictionary(grouping: topology.cores.filter { $0.kind != nil }, by: \.kind)
    kinds = byKind.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map(\.value.count)
    let coreOfPU = Dictionary(
      topology.cores.enumerated().flatMap { index, core in core.pus.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    let partitions: [(String, [Set<Int>])] = [
      ("per-package", Self.partition(topology.cores, by: \.package)),
      ("per-numa", Self.partition(topology.cores, by: \.numaNodes)),
      ("per-die", Self.dies(below: topology.root, coreOfPU)),
      ("per-llc", Self.cacheGroups(topology, coreOfPU)),
    ]
    var seen: Set<[Set<Int>]> = []
    var groups: [Grouping] = []
    for (words, sets) in partitions where sets.count > 1 && sets.count < cores {
      let ordered = sets.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
      if seen.insert(ordered).inserted { groups.append(Grouping(words: words, sizes: ordered.map(\.count))) }
    }
    self.groups = groups
  }

  private static func partition<Key: Hashable>(_ cores: [Topology.Core], by key: (Topology.Core) -> Key) -> [Set<Int>] {
    Dictionary(grouping: cores.indices) { key(cores[$0]) }.values.map(Set.init)
  }

  private static func dies(below object: TopologyObject, _ coreOfPU: [Int: Int]) -> [Set<Int>] {
    guard object.type != "Die" else {
      let cores = Set(pus(below: object).compactMap { coreOfPU[$0] })
      return cores.isEmpty ? [] : [cores]
    }
    return object.children.flatMap { dies(below: $0, coreOfPU) }
  }

  private static func pus(below object: TopologyObject) -> [Int] {
    object.type == "PU" ? [object.osIndex ?? object.logicalIndex] : object.children.flatMap(pus)
  }

  /// The cores that share the outermost cache of their own, where it is shared at all.
  private static func cacheGroups(_ topology: Topology, _ coreOfPU: [Int: Int]) -> [Set<Int>] {
    var outermost: [Int: Topology.DataCache] = [:]
    for cache in topology.dataCaches(of: topology.allowedPUs) {
      for pu in cache.users where (outermost[pu]?.level ?? 0) < cache.level { outermost[pu] = cache }
    }
    return Set(outermost.values.map { Set($0.users.compactMap { coreOfPU[$0] }) }).map(\.self)
  }
}
