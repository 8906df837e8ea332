extension CoreDealer {
  /// Adds up to `count` instances whose cores are neighbours.
  ///
  /// Instances that fit into one cell do not straddle two. Cells are filled whole where the count allows it.
  mutating func fill(_ containers: [[Int]], _ count: Int, _ demand: Demand, into dealt: inout [[Int]]) {
    let start = dealt.count
    fillCells(containers.flatMap { $0 }, count, demand, into: &dealt)
    var waiting = containers
    while dealt.count - start < count, !waiting.isEmpty {
      let left = count - (dealt.count - start)
      // The container that the rest fills whole goes before one that it would leave half full.
      let chosen = waiting.firstIndex { wholeCells(of: $0, for: left, demand) != nil } ?? waiting.startIndex
      let container = waiting.remove(at: chosen)
      let cells = wholeCells(of: container, for: left, demand) ?? container
      var added = 0
      while added < left, let cores = take(demand, from: cells[...]) {
        dealt.append(cores)
        added += 1
      }
    }
  }

  /// Adds up to `count` instances that lie in one cell each.
  private mutating func fillCells(_ cells: [Int], _ count: Int, _ demand: Demand, into dealt: inout [[Int]]) {
    let capacities = cells.map { capacity(of: $0, for: demand) }
    let total = capacities.reduce(0) { $0 + $1.instances }
    guard total > 0 else { return }
    var order = Array(cells.indices)
    if total > count {
      let exact = order.filter { capacities[$0].isWhole && capacities[$0].instances <= count }
      let chosen = SubsetSum.largest(exact.map { capacities[$0].instances }, atMost: count).map { exact[$0] }
      var isChosen = [Bool](repeating: false, count: cells.count)
      for position in chosen { isChosen[position] = true }
      order = chosen + order.filter { !isChosen[$0] }
    }
    var left = count
    for position in order {
      for _ in 0..<min(left, capacities[position].instances) {
        guard let cores = take(demand, from: cells[position...position]) else { break }
        dealt.append(cores)
        left -= 1
      }
      if left == 0 { return }
    }
  }

  /// Cells of a container that `count` instances, or as many as it holds, use up to the last core; nil where there are
  /// none or where counting does not tell.
  private func wholeCells(of container: [Int], for count: Int, _ demand: Demand) -> [Int]? {
    guard let siblings = container.first.flatMap({ index.cells[$0].siblings }),
      container.allSatisfy({ index.cells[$0].siblings == siblings })
    else { return nil }
    let each = demand.cores(ofSiblings: siblings)
    let needed = min(count, free(in: container) / each) * each
    guard needed > 0 else { return nil }
    let chosen = SubsetSum.largest(container.map(free), atMost: needed)
    guard chosen.reduce(0, { $0 + free(container[$1]) }) == needed else { return nil }
    return chosen.map { container[$0] }
  }
}
