extension CoreDealer {
  /// Adds up to `count` instances, one after the other to each container, packages taking turns; within a container an
  /// instance's cores are dealt out over packages, homes and cells.
  mutating func scatter(over containers: [[Int]], _ count: Int, _ demand: Demand, into dealt: inout [[Int]]) {
    var left = count
    var hosts = takingTurns(containers).map { Sequence(cells: dealingOrder(of: $0)) }
    while left > 0, !hosts.isEmpty {
      for host in hosts.indices where left > 0 {
        guard let cores = take(demand, from: &hosts[host]) else { continue }
        dealt.append(cores)
        left -= 1
      }
      hosts.removeAll(where: \.isExhausted)
    }
  }

  /// The first container of each package, then the second of each, and so on.
  func takingTurns(_ containers: [[Int]]) -> [[Int]] {
    var turns: [[[Int]]] = Array(repeating: [], count: index.packageCount)
    for container in containers {
      guard let cell = container.first else { continue }
      turns[index.cells[cell].packageRank].append(container)
    }
    return Self.interleaved(turns)
  }

  /// All free cores of a container in the order in which they are dealt out.
  mutating func takeAllScattered(from container: [Int]) -> [Int] {
    var sequence = Sequence(cells: dealingOrder(of: container))
    return take(Demand(cores: sequence.cells.count, threads: 0), from: &sequence) ?? []
  }

  /// A container's cells in the order in which they give a core, and how far that has gone.
  private struct Sequence {
    let cells: [Int]
    var position = 0
    var isExhausted = false
  }

  private mutating func take(_ demand: Demand, from sequence: inout Sequence) -> [Int]? {
    var taken: [Int] = []
    taken.reserveCapacity(demand.cores)
    var threads = 0
    while taken.count < demand.cores || threads < demand.threads {
      guard sequence.position < sequence.cells.count else {
        for core in taken { next[index.cores[core].cell] -= 1 }
        sequence.isExhausted = true
        return nil
      }
      let cell = sequence.cells[sequence.position]
      threads += index.cores[next[cell]].pus.count
      taken.append(next[cell])
      next[cell] += 1
      sequence.position += 1
    }
    return taken
  }

  /// For each free core its cell: the fastest kind first; within it packages take turns, within each of them its homes,
  /// and within each of these its cells.
  private func dealingOrder(of container: [Int]) -> [Int] {
    split(container, by: \.kind).flatMap { tier in
      Self.interleaved(
        split(tier, by: \.packageRank).map { package in
          Self.interleaved(
            split(package, by: \.home).map { home in
              Self.interleaved(home.map { Array(repeating: $0, count: free($0)) })
            })
        })
    }
  }

  /// Cells that are alike in a property, in the order of their first ones.
  private func split(_ cells: [Int], by property: (PlacementIndex.Cell) -> Int) -> [[Int]] {
    // Nearly always all are alike, or those that are stand together.
    var parts: [[Int]] = []
    var slots: [Int: Int] = [:]
    var last = (value: -1, slot: -1)
    for cell in cells {
      let value = property(index.cells[cell])
      if value != last.value {
        let slot = slots[value] ?? parts.count
        if slot == parts.count {
          slots[value] = slot
          parts.append([])
        }
        last = (value, slot)
      }
      parts[last.slot].append(cell)
    }
    return parts
  }

  /// The first element of each list, then the second of each, and so on.
  static func interleaved<Element>(_ lists: [[Element]]) -> [Element] {
    if lists.count == 1 { return lists[0] }
    var result: [Element] = []
    result.reserveCapacity(lists.reduce(0) { $0 + $1.count })
    var rest = lists
    var turn = 0
    while !rest.isEmpty {
      var isAnyAtEnd = false
      for list in rest {
        if turn < list.count { result.append(list[turn]) } else { isAnyAtEnd = true }
      }
      if isAnyAtEnd { rest.removeAll { $0.count <= turn } }
      turn += 1
    }
    return result
  }
}
