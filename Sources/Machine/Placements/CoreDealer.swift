/// Deals whole cores out to instances of equal size, so that no core serves two of them.
///
/// The state is how many cores of each cell are taken: a cell's cores are interchangeable and go in order.
struct CoreDealer {
  let index: PlacementIndex
  /// Cells whose cores may be taken, ascending.
  let cells: [Int]
  /// Whether an instance may have cores of several homes.
  let mayCrossNodes: Bool
  /// Whether an instance may have cores of several kinds.
  let mayMixKinds: Bool
  /// For each cell of the machine, its first core that is still free.
  var next: [Int]

  init(_ index: PlacementIndex, cells: [Int], mayCrossNodes: Bool, mayMixKinds: Bool) {
    self.index = index
    self.cells = cells
    self.mayCrossNodes = mayCrossNodes
    self.mayMixKinds = mayMixKinds
    next = index.firstCores
  }

  /// What an instance takes.
  struct Demand {
    /// The cores that it should have at least.
    let cores: Int
    /// The PUs that its cores must have together.
    let threads: Int

    /// How many cores that takes where each has `siblings` PUs.
    func cores(ofSiblings siblings: Int) -> Int { max(cores, (threads + siblings - 1) / max(1, siblings)) }
  }

  // MARK: Containers

  /// What the cells of a container have in common.
  enum Level {
    /// Kind, home and package.
    case kindAndQuarter
    /// Kind and home.
    case kindAndHome
    /// Kind and package.
    case kindAndPackage
    case kind, home, all
  }

  /// Cells of the pool that share what `level` says, in the cells' order.
  func containers(_ level: Level, of pool: [Int]) -> [[Int]] {
    if level == .all { return pool.isEmpty ? [] : [pool] }
    let kinds = index.kinds.count
    var slots = [Int](repeating: -1, count: index.quarterCount * kinds)
    var containers: [[Int]] = []
    for cell in pool {
      let (home, kind) = (index.cells[cell].home, index.cells[cell].kind)
      let key =
        switch level {
        case .kindAndQuarter: index.cells[cell].quarter * kinds + kind
        case .kindAndHome: home * kinds + kind
        case .kindAndPackage: index.cells[cell].packageRank * kinds + kind
        case .home: home * kinds
        default: kind
        }
      if slots[key] < 0 {
        slots[key] = containers.count
        containers.append([])
      }
      containers[slots[key]].append(cell)
    }
    return containers
  }

  /// The largest parts of the machine that one instance may lie in, with all their cells.
  var largest: [[Int]] {
    switch (mayCrossNodes, mayMixKinds) {
    case (false, false): containers(.kindAndHome, of: cells)
    case (true, false): containers(.kind, of: cells)
    case (false, true): containers(.home, of: cells)
    case (true, true): containers(.all, of: cells)
    }
  }

  /// Parts of the machine to fill one after the other: within the fastest kind from one node in one package to many,
  /// then the next kind, and only then across kinds where that is permitted.
  var steps: [[[Int]]] {
    var steps: [[[Int]]] = []
    for tier in containers(.kind, of: cells) {
      // Most nodes lie in one package.
      if index.quarterCount > index.homes.count { steps.append(containers(.kindAndQuarter, of: tier)) }
      steps.append(containers(.kindAndHome, of: tier))
      if mayCrossNodes {
        steps.append(containers(.kindAndPackage, of: tier))
        steps.append([tier])
      }
    }
    if mayMixKinds, index.kinds.count > 1 {
      steps.append(containers(.home, of: cells))
      if mayCrossNodes { steps.append([cells]) }
    }
    return steps
  }

  // MARK: Cores

  func free(_ cell: Int) -> Int { index.cells[cell].cores.upperBound - next[cell] }

  func free(in cells: [Int]) -> Int { cells.reduce(0) { $0 + free($1) } }

  /// Takes an instance's cores from the cells, one cell after the other; nil where they do not suffice.
  mutating func take(_ demand: Demand, from cells: ArraySlice<Int>) -> [Int]? {
    var taken: [Int] = []
    taken.reserveCapacity(demand.cores)
    var threads = 0
    for cell in cells {
      let end = index.cells[cell].cores.upperBound
      var core = next[cell]
      while core < end, taken.count < demand.cores || threads < demand.threads {
        threads += index.cores[core].pus.count
        taken.append(core)
        core += 1
      }
      next[cell] = core
    }
    guard taken.count >= demand.cores, threads >= demand.threads else {
      for core in taken { next[index.cores[core].cell] -= 1 }
      return nil
    }
    return taken
  }

  /// How many instances fit into what is free of one cell, and whether they would use all of it.
  func capacity(of cell: Int, for demand: Demand) -> (instances: Int, isWhole: Bool) {
    let free = free(cell)
    if let siblings = index.cells[cell].siblings {
      let each = demand.cores(ofSiblings: siblings)
      return (free / each, free > 0 && free % each == 0)
    }
    var (instances, cores, threads) = (0, 0, 0)
    for core in index.cores[next[cell]..<index.cells[cell].cores.upperBound] {
      cores += 1
      threads += core.pus.count
      if cores >= demand.cores, threads >= demand.threads { (instances, cores, threads) = (instances + 1, 0, 0) }
    }
    return (instances, free > 0 && cores == 0)
  }

  /// The cores of up to `count` instances, in the order of `steps`; fewer where no more fit.
  mutating func deal(_ count: Int, _ demand: Demand, _ spread: PlacementExpression.Spread) -> [[Int]] {
    var dealt: [[Int]] = []
    for step in steps where dealt.count < count {
      switch spread {
      case .compact: fill(step, count - dealt.count, demand, into: &dealt)
      case .scatter: scatter(over: step, count - dealt.count, demand, into: &dealt)
      }
    }
    // Exact fits may have come first: back to the machine's order.
    if spread == .compact { dealt.sort { ($0.first ?? 0) < ($1.first ?? 0) } }
    return dealt
  }

  /// All cores of every part of the machine that one instance may lie in; each part has some.
  mutating func takeAll(_ spread: PlacementExpression.Spread) -> [[Int]] {
    var parts: [[Int]] = []
    for part in spread == .scatter ? takingTurns(largest) : largest {
      switch spread {
      case .compact: parts.append(take(Demand(cores: free(in: part), threads: 0), from: part[...]) ?? [])
      case .scatter: parts.append(takeAllScattered(from: part))
      }
    }
    return parts
  }
}
