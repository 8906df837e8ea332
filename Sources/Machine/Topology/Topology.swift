/// The hardware a process may use: packages, NUMA nodes, caches, cores and PUs as hwloc sees them, cut to what the
/// cgroup and the affinity mask allow.
public struct Topology: Codable, Hashable, Sendable {
  /// The whole machine; children are ordered as hwloc orders them.
  public let root: TopologyObject
  /// OS indices of the PUs that this process may run on, ascending.
  public let allowedPUs: [Int]
  /// Every core with at least one allowed PU, in hwloc's logical order.
  public let cores: [Core]
  /// The CPU time quota, or nil where nothing limits it.
  public let quota: CPUQuota?
  /// OS indices of the PUs that the machine has but that are not in the tree, ascending.
  ///
  /// On this machine these are offline. A recorded machine also misses the PUs that its cgroup did not allow, unless it
  /// was saved by `lstopo --disallowed`.
  public let offlinePUs: [Int]
  /// OS indices of the NUMA nodes that the machine has but that are not in the tree, ascending; see ``offlinePUs``.
  public let offlineNodes: [Int]
  /// OS indices of the NUMA nodes that are no PU's own, ascending: memory on an expander, non-volatile, or beside the
  /// processors. Such a node may still be local to cores, as ``Core/numaNodes`` says, which then have one of their own too.
  public let memoryOnlyNodes: [Int]
  /// The kinds of cores of the whole machine, the most efficient first; empty where all cores are alike or hwloc cannot
  /// tell.
  public let kinds: [Kind]

  /// Makes a topology from its parts.
  public init(
    root: TopologyObject, allowedPUs: [Int], cores: [Core], quota: CPUQuota?, offlinePUs: [Int] = [],
    offlineNodes: [Int] = [], memoryOnlyNodes: [Int] = [], kinds: [Kind] = []
  ) {
    self.root = root
    self.allowedPUs = allowedPUs
    self.cores = cores
    self.quota = quota
    self.offlinePUs = offlinePUs
    self.offlineNodes = offlineNodes
    self.memoryOnlyNodes = memoryOnlyNodes
    self.kinds = kinds
  }

  /// Reads a topology; older records lack the last four properties, which are empty then.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    root = try values.decode(TopologyObject.self, forKey: .root)
    allowedPUs = try values.decode([Int].self, forKey: .allowedPUs)
    cores = try values.decode([Core].self, forKey: .cores)
    quota = try values.decodeIfPresent(CPUQuota.self, forKey: .quota)
    offlinePUs = try values.decodeIfPresent([Int].self, forKey: .offlinePUs) ?? []
    offlineNodes = try values.decodeIfPresent([Int].self, forKey: .offlineNodes) ?? []
    memoryOnlyNodes = try values.decodeIfPresent([Int].self, forKey: .memoryOnlyNodes) ?? []
    kinds = try values.decodeIfPresent([Kind].self, forKey: .kinds) ?? []
  }

  /// A physical core and those of its PUs (hardware threads) that are allowed.
  public struct Core: Codable, Hashable, Sendable {
    /// hwloc's logical index.
    public let logicalIndex: Int
    /// OS indices of its allowed PUs, ascending.
    public let pus: [Int]
    /// OS indices of the NUMA nodes it is local to.
    public let numaNodes: [Int]
    /// The logical index of its package.
    public let package: Int
    /// The efficiency class on hybrid parts (0 is the most efficient), or nil where all cores are alike.
    public let kind: Int?

    /// Makes a core from its parts.
    public init(logicalIndex: Int, pus: [Int], numaNodes: [Int], package: Int, kind: Int?) {
      self.logicalIndex = logicalIndex
      self.pus = pus
      self.numaNodes = numaNodes
      self.package = package
      self.kind = kind
    }
  }
}
