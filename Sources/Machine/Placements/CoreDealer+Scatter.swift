extension CoreDealer {
  /// Adds up to `count` instances, one after the other to each container, packages taking turns; within a container an
  /// instance's cores are dealt out over packages, homes and cells.
  mutating func scatter(over containers: [[Int]], _ count: Int, _ demand: Demand, into dealt: inout [[Int]]) {
    var left = count
    var hosts = takingTurns(containers)
    while left > 0, !hosts.isEmpty {
      var kept: [[Int]] = []
      for host in hosts where left > 0 {
        guard let cores = takeScattered(demand, from: host) else { continue }
        dealt.append(cores)
        kept.append(host)
        left -= 1
      }
      hosts = kept
    }
  }

  /// The first container of each package, then the second of each, and so on.
  func takingTurns(_ containers: [[Int]]) -> [[Int]] {
    var turns = [Int](repeating: 0, count: index.packageCount)
    let ranked = containers.enumerated().map { position, container -> (turn: Int, position: Int) in
      guard let cell = container.first else { return (0, position) }
      let package = index.cells[cell].packageRank
      turns[package] += 1
      return (turns[package], position)
    }
    return ranked.sorted { ($0.turn, $0.position) < ($1.turn, $1.position) }.map { containers[$0.position] }
  }

  /// Takes an instance's cores, each from where the fewest are taken; nil where they do not suffice.
  mutating func takeScattered(_ demand: Demand, from cells: [Int]) -> [Int]? {
    let before = next
    var taken: [Int] = []
    taken.reserveCapacity(demand.cores)
    var threads = 0
    var use = Use(index, cells, next)
    while taken.count < demand.cores || threads < demand.threads {
      guard let cell = use.least(of: cells, next) else {
        next = before
        return nil
      }
      threads += index.cores[next[cell]].pus.count
      taken.append(next[cell])
      next[cell] += 1
      use.add(cell)
    }
    return taken
  }

  /// How many cores are taken of each package, home and cell.
  private struct Use {
    private let index: PlacementIndex
    private var packages: [Int]
    private var homes: [Int]
    private var taken: [Int]

    init(_ index: PlacementIndex, _ cells: [Int], _ next: [Int]) {
      self.index = index
      packages = [Int](repeating: 0, count: index.packageCount)
      homes = [Int](repeating: 0, count: index.homes.count)
      taken = [Int](repeating: 0, count: index.cells.count)
      for cell in cells {
        let used = next[cell] - index.cells[cell].cores.lowerBound
        packages[index.cells[cell].packageRank] += used
        homes[index.cells[cell].home] += used
        taken[cell] = used
      }
    }

    mutating func add(_ cell: Int) {
      packages[index.cells[cell].packageRank] += 1
      homes[index.cells[cell].home] += 1
      taken[cell] += 1
    }

    /// The cell with a free core, of the fastest kind, in the least used package, home and cell.
    func least(of cells: [Int], _ next: [Int]) -> Int? {
      var best: (cell: Int, kind: Int, package: Int, home: Int, taken: Int)?
      for cell in cells {
        let facts = index.cells[cell]
        guard next[cell] < facts.cores.upperBound else { continue }
        let candidate = (cell, facts.kind, packages[facts.packageRank], homes[facts.home], taken[cell])
        if let best,
          (best.kind, best.package, best.home, best.taken) <= (candidate.1, candidate.2, candidate.3, candidate.4)
        {
          continue
        }
        best = (candidate.0, candidate.1, candidate.2, candidate.3, candidate.4)
      }
      return best?.cell
    }
  }
}
