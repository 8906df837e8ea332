extension Topology {
  /// Objects of hwloc's type, for example `Package`, in logical order.
  public func objects(_ type: String) -> [TopologyObject] { root.objects(type) }

  /// OS indices of the PUs that are online but that this process may not run on, ascending.
  public var disallowedPUs: [Int] {
    objects("PU").filter { !$0.isAllowed }.map { $0.osIndex ?? $0.logicalIndex }.sorted()
  }

  /// OS indices of the NUMA nodes that this process may not take memory from, ascending.
  public var disallowedNodes: [Int] {
    objects("NUMANode").filter { !$0.isAllowed }.map { $0.osIndex ?? $0.logicalIndex }.sorted()
  }

  /// The fewest and the most PUs (hardware threads) that a core of the machine has online; 1 without SMT.
  public var threadsPerCore: ClosedRange<Int> {
    let counts = objects("Core").map(\.pus.count).filter { $0 > 0 }
    guard let least = counts.min(), let most = counts.max() else { return 1...1 }
    return least...most
  }
}

extension TopologyObject {
  /// Whether it is a cache that holds data, such as `L2Cache`; instruction caches (`L1iCache`) and caches in front of
  /// memory (`MemCache`) are not.
  public var isDataCache: Bool {
    type.hasPrefix("L") && type.hasSuffix("Cache") && Int(type.dropFirst().dropLast("Cache".count)) != nil
  }

  /// This object and what is below it, where it is of hwloc's type, in logical order.
  public func objects(_ type: String) -> [TopologyObject] {
    (self.type == type ? [self] : []) + children.flatMap { $0.objects(type) }
  }

  /// OS indices of the PUs below it, or its own.
  public var pus: [Int] {
    if type == "PU" { return [osIndex ?? logicalIndex] }
    return children.flatMap(\.pus)
  }
}
