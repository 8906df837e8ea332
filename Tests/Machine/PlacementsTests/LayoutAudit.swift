import Placements
import Testing
import Topology

/// What a layout must be, derived from the topology by other means than the placer's.
struct LayoutAudit {
  let topology: Topology
  /// For each allowed PU the position of its core in the topology and its place in it.
  private let seats: [Int: (core: Int, sibling: Int)]
  // What each core belongs to, as numbers that are equal where the core shares it.
  private var packages: [Int] = []
  private var dies: [Int] = []
  private var homes: [Int] = []
  private var kinds: [Int] = []
  private var caches: [Int] = []

  init(_ topology: Topology) {
    self.topology = topology
    var seats: [Int: (core: Int, sibling: Int)] = [:]
    for (position, core) in topology.cores.enumerated() {
      for (sibling, pu) in core.pus.enumerated() { seats[pu] = (position, sibling) }
    }
    self.seats = seats
    var paths: [Int: [TopologyObject]] = [:]
    Self.walk(topology.root, [], into: &paths)
    let hasKinds = Set(topology.cores.compactMap(\.kind)).count > 1
    var numbers: [String: Int] = [:]
    func number(_ name: String) -> Int {
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
    for (position, core) in topology.cores.enumerated() {
      let path = paths[core.pus.first ?? -1] ?? []
      let package = path.first { $0.type == "Package" }.map { "package \($0.logicalIndex)" } ?? "machine"
      let die = path.first { $0.type == "Die" }.map { "die \($0.logicalIndex)" } ?? package
      let cache = path.first { $0.type.hasSuffix("Cache") && !$0.type.hasSuffix("iCache") }
      packages.append(number(package))
      dies.append(number(die))
      // The package stands for a node that is not known.
      homes.append(number(core.numaNodes.isEmpty ? package : "nodes \(core.numaNodes)"))
      kinds.append(hasKinds ? core.kind ?? -1 : 0)
      caches.append(number(cache.map { "\($0.type) \($0.logicalIndex)" } ?? "core \(position)"))
    }
  }

  private static func walk(
    _ object: TopologyObject, _ above: [TopologyObject], into paths: inout [Int: [TopologyObject]]
  ) {
    let path = above + [object]
    if object.type == "PU", let index = object.osIndex { paths[index] = path }
    for child in object.children { walk(child, path, into: &paths) }
  }

  // MARK: Where cores are

  func home(_ core: Int) -> Int { homes[core] }

  func kind(_ core: Int) -> Int { kinds[core] }

  /// A last-level-cache group within one home.
  func cache(_ core: Int) -> Int { caches[core] * 100_000 + homes[core] }

  func number(of core: Int, _ grouping: PlacementExpression.Grouping) -> Int {
    switch grouping {
    case .perLLC: caches[core]
    case .perNUMA: homes[core]
    case .perPackage: packages[core]
    case .perDie: dies[core]
    }
  }

  func cores(_ pus: [Int]) -> [Int] { pus.compactMap { seats[$0]?.core } }

  /// The cores that names leave to choose from.
  func pool(_ names: PlacementExpression.Names) -> [Int] {
    let kinds = topology.cores.indices.map(kind)
    switch names.kind {
    case nil: return Array(topology.cores.indices)
    case .performance: return topology.cores.indices.filter { kind($0) == kinds.max() }
    case .efficiency: return topology.cores.indices.filter { kind($0) == kinds.min() }
    case .number(let number): return topology.cores.indices.filter { kind($0) == number }
    }
  }

  // MARK: What must hold

  /// Holds a layout of names against every rule.
  func check(_ layout: PlacementLayout, _ request: PlacementRequest, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    guard case .names(let names) = try PlacementExpression(parsing: request.words) else {
      Issue.record("\(request.words) are no names", sourceLocation: sourceLocation)
      return
    }
    var faults: [String] = []
    func require(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }

    let instances = layout.instances.map(\.pus)
    let all = instances.flatMap { $0 }
    let pool = pool(names)
    let sizes = Set(instances.map(\.count))
    require(!instances.isEmpty && !sizes.contains(0), "there are threads")
    require(Set(all).isSubset(of: topology.allowedPUs), "allowed PUs only")
    require(Set(cores(all)).isSubset(of: pool), "the kind that was asked for")
    let isShared = Set(all).count < all.count
    require(!isShared || request.oversubscribe, "PUs are disjoint")
    require(layout.departures.contains(.oversubscribed) == isShared, "oversubscribed")
    if request.instances != nil || request.threads != nil {
      require(sizes.count == 1, "instances are equal in size")
      if let threads = request.threads { require(sizes == [threads], "as many threads as asked for") }
      let groups = names.grouping.map { grouping in Set(pool.map { number(of: $0, grouping) }).count } ?? 1
      require(instances.count == request.instances ?? groups, "as many instances as asked for")
    }
    let crosses = instances.contains { Set(cores($0).map(home)).count > 1 }
    require(!crosses || names.mayCrossNodes, "one NUMA node")
    require(layout.departures.contains(.acrossNodes) == crosses, "acrossNodes")
    let mixes = instances.contains { Set(cores($0).map(kind)).count > 1 }
    require(!mixes || names.mayMixKinds, "one kind")
    require(layout.departures.contains(.mixedKinds) == mixes, "mixedKinds")
    if let grouping = names.grouping {
      require(instances.allSatisfy { Set(cores($0).map { number(of: $0, grouping) }).count == 1 }, "one group")
    }
    if names.siblings == .cores || names.isWithoutSMT {
      require(all.allSatisfy { seats[$0]?.sibling == 0 }, "first PUs only")
    }
    if !isShared {
      // First PUs of an instance's cores, then second ones: unless it got what others left of cores.
      let own = Dictionary(
        grouping: instances.indices.flatMap { i in Set(cores(instances[i])).map { ($0, i) } }, by: \.0)
      let sharesCores = own.values.contains { $0.count > 1 }
      for pus in instances where !sharesCores {
        let siblings = pus.compactMap { seats[$0]?.sibling }
        require(siblings == siblings.sorted(), "siblings come last")
        if names.siblings == .threads {
          let counts = Dictionary(grouping: cores(pus), by: { $0 }).filter {
            $0.value.count < topology.cores[$0.key].pus.count
          }
          require(counts.count <= 1 || sizes.count == 1 && request.threads != nil, "whole cores")
        }
      }
    }
    require(layout.departures.contains(.partialCacheGroup) == hasPartialGroup(instances, pool), "partialCacheGroup")
    require(
      layout.departures.contains(.siblingsBesideIdleCores) == hasIdleCore(instances, pool, names),
      "siblingsBesideIdleCores")
    require(layout.departures == PlacementLayout.Departure.allCases.filter(layout.departures.contains), "order")
    for instance in layout.instances {
      let nodes = Set(cores(instance.pus).flatMap { topology.cores[$0].numaNodes })
      require(Set(instance.nodes).isSubset(of: nodes) && instance.nodes == instance.nodes.sorted(), "local nodes")
    }
    #expect(
      faults.isEmpty, "\(request.words) \(request.instances ?? 0) x \(request.threads ?? 0): \(instances)",
      sourceLocation: sourceLocation)
  }

  private func hasPartialGroup(_ instances: [[Int]], _ pool: [Int]) -> Bool {
    let used = Set(instances.flatMap(cores))
    let kinds = Set(used.map(kind))
    let groups = Dictionary(grouping: pool.filter { kinds.contains(kind($0)) }) { cache($0) }
    return groups.values.contains { group in
      let count = group.count(where: used.contains)
      return count > 0 && count < group.count
    }
  }

  private func hasIdleCore(_ instances: [[Int]], _ pool: [Int], _ names: PlacementExpression.Names) -> Bool {
    let uses = Dictionary(grouping: Set(instances.flatMap { $0 }), by: { seats[$0]?.core ?? -1 })
    let crowded = uses.filter { $0.value.count > 1 }.keys
    return crowded.contains { core in
      pool.contains { other in
        uses[other] == nil && (names.mayCrossNodes || home(other) == home(core))
          && (names.mayMixKinds || kind(other) == kind(core))
      }
    }
  }

  /// Whether as many instances fit with a core for every thread, by counting each node's cores.
  func fitsWithoutSiblings(_ names: PlacementExpression.Names, _ cores: [Int], instances: Int, threads: Int) -> Bool {
    let parts = Dictionary(grouping: cores) {
      (names.mayCrossNodes ? 0 : home($0)) * 1000 + (names.mayMixKinds ? 0 : kind($0))
    }
    return parts.values.reduce(0) { $0 + $1.count / threads } >= instances
  }
}
