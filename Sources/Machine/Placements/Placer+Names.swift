extension Placer {
  /// The cells that names leave to choose from.
  func cells(of names: PlacementExpression.Names) throws(PlacementError) -> [Int] {
    guard let kind = names.kind else { return Array(index.cells.indices) }
    let known = index.kinds.compactMap { $0 }
    guard let fastest = known.first, let slowest = known.last else {
      throw PlacementError(
        "\"\(kind.word)\" asks for one kind of core, but all cores here are of one kind: leave it out.")
    }
    let wanted =
      switch kind {
      case .performance: fastest
      case .efficiency: slowest
      case .number(let number): number
      }
    guard let rank = index.kinds.firstIndex(of: wanted) else {
      throw PlacementError(
        "There is no core of kind \(wanted) that this process may use: kinds here are "
          + "\(known.map(String.init).joined(separator: ", ")).")
    }
    return index.cells.indices.filter { index.cells[$0].kind == rank }
  }

  /// The PUs of all threads of all instances.
  func place(
    _ names: PlacementExpression.Names, _ pool: [Int], _ counts: Counts
  ) throws(PlacementError) -> [[Int]] {
    let groups = groups(of: pool, names.grouping)
    guard counts.instances != nil || counts.threads != nil else {
      var placed: [[Int]] = []
      for group in groups { placed += try placeEverything(names, group) }
      return placed
    }
    let (share, rest) = (counts.instances ?? groups.count).quotientAndRemainder(dividingBy: max(1, groups.count))
    guard rest == 0, share > 0 || groups.isEmpty else {
      throw PlacementError(
        "\(Self.counted(share * groups.count + rest, "instance")) cannot be dealt out evenly over "
          + "\(groups.count) groups: give a multiple of \(groups.count), or leave the number of instances out.")
    }
    let instances = max(1, share)
    var threads = counts.threads ?? .max
    if counts.threads == nil {
      for group in groups { threads = min(threads, mostThreads(names, group, instances)) }
      if threads == 0 {
        guard counts.oversubscribe else { throw misfit(names, groups, instances: instances, threads: 1) }
        threads = 1
      }
    }
    let (product, overflow) = (instances * threads).multipliedReportingOverflow(by: groups.count)
    guard !overflow, product <= Self.mostThreads else {
      throw PlacementError(
        "A placement has at most \(Self.mostThreads) threads, not \(instances) x \(threads)"
          + (groups.count > 1 ? " in each of \(groups.count) groups." : "."))
    }
    var placed: [[Int]] = []
    for group in groups {
      if let found = place(names, group, instances, threads) {
        placed += found
      } else if counts.oversubscribe {
        placed += placeInRings(names, group, instances, threads)
      } else {
        throw misfit(names, groups, instances: instances, threads: threads)
      }
    }
    return placed
  }

  /// The cells of each group of a kind, in the order of the groups' fastest cores; one group where nothing groups.
  func groups(of pool: [Int], _ grouping: PlacementExpression.Grouping?) -> [[Int]] {
    guard let grouping else { return [pool] }
    var slots: [Int: Int] = [:]
    var groups: [[Int]] = []
    for cell in pool {
      let number = number(of: index.cells[cell], grouping)
      if let slot = slots[number] {
        groups[slot].append(cell)
      } else {
        slots[number] = groups.count
        groups.append([cell])
      }
    }
    return groups
  }

  private func number(of cell: PlacementIndex.Cell, _ grouping: PlacementExpression.Grouping) -> Int {
    switch grouping {
    case .perLLC: cell.cache
    case .perNUMA: cell.home
    case .perPackage: cell.package
    case .perDie: cell.die
    }
  }

  func dealer(_ names: PlacementExpression.Names, _ cells: [Int]) -> CoreDealer {
    CoreDealer(index, cells: cells, mayCrossNodes: names.mayCrossNodes, mayMixKinds: names.mayMixKinds)
  }

  // MARK: Without counts

  /// As few instances as the rules allow, over all cores of a group.
  private func placeEverything(
    _ names: PlacementExpression.Names, _ group: [Int]
  ) throws(PlacementError) -> [[Int]] {
    var dealer = dealer(names, group)
    if names.grouping != nil, dealer.largest.count > 1 { throw division(names, group) }
    return dealer.takeAll(names.spread).map { cores in
      pus(of: cores, threads: names.siblings == .threads ? .max : cores.count)
    }
  }

  /// The first PUs of all cores, then the second ones, and so on, until there is one for each thread.
  func pus(of cores: [Int], threads: Int) -> [Int] {
    var pus: [Int] = []
    pus.reserveCapacity(min(threads, cores.count * index.mostSiblings))
    for sibling in 0..<index.mostSiblings {
      for core in cores where sibling < index.cores[core].pus.count {
        if pus.count == threads { return pus }
        pus.append(index.cores[core].pus[sibling])
      }
    }
    return pus
  }

  // MARK: With counts

  /// Exactly `instances` instances of `threads` threads in a group, or nil where they do not fit.
  func place(
    _ names: PlacementExpression.Names, _ group: [Int], _ instances: Int, _ threads: Int
  ) -> [[Int]]? {
    let fresh = dealer(names, group)
    let parts = fresh.largest
    let sizes = parts.map(fresh.free)
    let most = Self.largestShare(of: sizes, for: instances, atMost: threads)
    if names.isOneThreadACore, most < threads { return nil }
    // The more cores an instance has, the fewer of them carry siblings.
    let tried = names.siblings == .threads ? 1...1 : fewestCores(for: threads, atMost: most)...most
    for cores in tried.reversed() where most > 0 {
      var dealer = fresh
      let dealt = dealer.deal(instances, CoreDealer.Demand(cores: cores, threads: threads), names.spread)
      if dealt.count == instances { return dealt.map { pus(of: $0, threads: threads) } }
    }
    return names.isOneThreadACore ? nil : placeSharingCores(parts, instances, threads)
  }

  /// The fewest cores whose PUs can carry `threads` threads, at most `most`.
  private func fewestCores(for threads: Int, atMost most: Int) -> Int {
    min(most, (threads + index.mostSiblings - 1) / max(1, index.mostSiblings))
  }

  /// The most cores, up to `limit`, that each of `instances` instances gets where none lies in two parts; 0 where there
  /// are too few.
  static func largestShare(of sizes: [Int], for instances: Int, atMost limit: Int) -> Int {
    var (low, high) = (0, min(limit, sizes.max() ?? 0))
    while low < high {
      let middle = (low + high + 1) / 2
      if sizes.reduce(0, { $0 + $1 / middle }) >= instances { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The most threads that each of `instances` instances can have in a group: one a core, or all of its cores' PUs with
  /// `threads`; on the fastest kinds that have cores for all instances. 0 where nothing fits.
  private func mostThreads(_ names: PlacementExpression.Names, _ group: [Int], _ instances: Int) -> Int {
    let whole = dealer(names, group)
    var pool: [Int] = []
    for tier in whole.containers(.kind, of: group) {
      pool += tier
      if !names.mayMixKinds, whole.free(in: pool) >= instances { break }
    }
    var dealer = dealer(names, pool)
    let share = Self.largestShare(of: dealer.largest.map(dealer.free), for: instances, atMost: .max)
    guard share > 0 else {
      // More instances than cores: they have to be content with a sibling each.
      return names.isOneThreadACore || place(names, group, instances, 1) == nil ? 0 : 1
    }
    guard names.siblings == .threads else { return share }
    let dealt = dealer.deal(instances, CoreDealer.Demand(cores: share, threads: 0), names.spread)
    return dealt.map { $0.reduce(0) { $0 + index.cores[$1].pus.count } }.min() ?? 0
  }
}
