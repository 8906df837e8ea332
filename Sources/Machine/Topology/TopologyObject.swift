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
  /// For PUs: whether this process may run there; for NUMA nodes: whether it may take memory there. True for every other
  /// type.
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
