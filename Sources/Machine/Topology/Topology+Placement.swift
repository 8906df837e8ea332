extension Topology {
  /// Cores that can be busy all the time: the allowed ones, or fewer where the CPU time quota feeds fewer; at least 1.
  ///
  /// More threads than the quota feeds are throttled in the middle of their work, so nobody gets them by default.
  public var usableCores: Int {
    let fed = quota.map { $0.cpus >= 1 ? Int(min($0.cpus, 1e6)) : 1 } ?? .max
    return max(1, min(cores.count, fed))
  }

  /// What there is to say where the quota leaves cores out, or nil.
  public var quotaNote: String? {
    guard let quota, usableCores < cores.count else { return nil }
    return
      "The CPU quota of \(quota.cpus) CPUs (\(quota.source)) feeds \(usableCores) of \(cores.count) cores: `all` and "
      + "default thread counts stop at \(usableCores); ask for more with --threads, or raise the quota."
  }

  /// Thread counts worth measuring: 1, the powers of two, and all cores that can be kept busy.
  public var threadConfigurations: [Int] {
    guard !cores.isEmpty else { return [] }
    var counts: [Int] = []
    var count = 1
    while count < usableCores {
      counts.append(count)
      count *= 2
    }
    return counts + [usableCores]
  }

  /// One PU (OS index) for each of `threads` threads.
  ///
  /// Every thread gets a core of its own while cores last, the most performant kind first. Threads that fit into one
  /// NUMA node are put into one, else into one package where they fit. Only then do second hardware threads of the same
  /// cores follow. Throws where `threads` is below 1 or exceeds the allowed PUs.
  public func placement(threads: Int) throws(TopologyError) -> [Int] {
    guard threads >= 1 else {
      throw TopologyError(.threads, "A placement needs at least 1 thread, not \(threads).")
    }
    guard threads <= allowedPUs.count else {
      throw TopologyError(
        .threads,
        "\(threads) threads do not fit: this process may use \(allowedPUs.count) processing "
          + "\(allowedPUs.count == 1 ? "unit" : "units") on \(cores.count) \(cores.count == 1 ? "core" : "cores").")
    }
    let ordered = coresByPreference(forThreads: threads)
    var pus: [Int] = []
    var sibling = 0
    while pus.count < threads, sibling < allowedPUs.count {
      for core in ordered where sibling < core.pus.count && pus.count < threads { pus.append(core.pus[sibling]) }
      sibling += 1
    }
    return pus
  }

  /// All cores, those first that `threads` threads should take.
  private func coresByPreference(forThreads threads: Int) -> [Core] {
    let byKind = cores.sorted { ($0.kind ?? 0, $1.logicalIndex) > ($1.kind ?? 0, $0.logicalIndex) }
    // Cores of the best kind alone, where they are enough: a slow core would hold all others up at every barrier.
    let best = byKind.filter { $0.kind == byKind.first?.kind }
    let candidates = best.count >= threads ? best : byKind
    let home =
      firstGroup(of: candidates, by: \.numaNodes, holding: threads)
      ?? firstGroup(of: candidates, by: \.package, holding: threads)
    guard let home else { return byKind }
    let chosen = Set(home.map(\.logicalIndex))
    return home + byKind.filter { !chosen.contains($0.logicalIndex) }
  }

  /// The first group of cores alike in `key` that has at least `count` members.
  private func firstGroup<Key: Hashable>(of cores: [Core], by key: (Core) -> Key, holding count: Int) -> [Core]? {
    let groups = Dictionary(grouping: cores, by: key)
    return cores.first { (groups[key($0)] ?? []).count >= count }.flatMap { groups[key($0)] }
  }
}
