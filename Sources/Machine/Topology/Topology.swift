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

  /// Makes a topology from its parts.
  public init(root: TopologyObject, allowedPUs: [Int], cores: [Core], quota: CPUQuota?) {
    self.root = root
    self.allowedPUs = allowedPUs
    self.cores = cores
    self.quota = quota
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

/// One object of the topology tree.
public struct TopologyObject: Codable, Hashable, Sendable {
  /// hwloc's type name: `Machine`, `Package`, `Die`, `NUMANode`, `L3Cache`, `L2Cache`, `L1Cache`, `L1iCache`, `Group`,
  /// `Core`, `PU`.
  public let type: String
  /// hwloc's logical index.
  public let logicalIndex: Int
  /// The operating system's index, where it has one.
  public let osIndex: Int?
  /// Cache or memory size in bytes, where it has one.
  public let bytes: UInt64?
  /// For PUs: whether this process may run there. True for every other type.
  public let isAllowed: Bool
  /// Contained objects, NUMA nodes first.
  public let children: [TopologyObject]

  /// Makes an object from its parts.
  public init(
    type: String, logicalIndex: Int, osIndex: Int?, bytes: UInt64?, isAllowed: Bool, children: [TopologyObject]
  ) {
    self.type = type
    self.logicalIndex = logicalIndex
    self.osIndex = osIndex
    self.bytes = bytes
    self.isAllowed = isAllowed
    self.children = children
  }
}

/// A cgroup CPU bandwidth limit.
public struct CPUQuota: Codable, Hashable, Sendable {
  /// CPU seconds per second, for example 1.6.
  public let cpus: Double
  /// The file that says so.
  public let source: String

  /// Makes a quota.
  public init(cpus: Double, source: String) {
    self.cpus = cpus
    self.source = source
  }
}
