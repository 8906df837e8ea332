extension Placer {
  /// The rules that instances leave; `pool` holds the cells that could have been used.
  func departures(
    of instances: [[Int]], _ pool: [Int], mayCrossNodes: Bool, mayMixKinds: Bool
  ) -> [PlacementLayout.Departure] {
    var uses = [Int](repeating: 0, count: index.cores.count)
    var isOversubscribed = false
    var (crosses, mixes) = (false, false)
    var isKindUsed = [Bool](repeating: false, count: index.kinds.count)
    var isTaken = [Bool](repeating: false, count: index.seats.count)
    for pus in instances {
      var (home, kind) = (-1, -1)
      for pu in pus {
        guard let seat = index.seats[pu] else { continue }
        let cell = index.cells[index.cores[seat.core].cell]
        if home >= 0, cell.home != home { crosses = true }
        if kind >= 0, cell.kind != kind { mixes = true }
        (home, kind) = (cell.home, cell.kind)
        isKindUsed[cell.kind] = true
        let position = index.cores[seat.core].firstPU + seat.sibling
        if isTaken[position] { isOversubscribed = true } else { uses[seat.core] += 1 }
        isTaken[position] = true
      }
    }
    var found: [PlacementLayout.Departure] = []
    if crosses { found.append(.acrossNodes) }
    if mixes { found.append(.mixedKinds) }
    if hasPartialGroup(pool, uses, isKindUsed) { found.append(.partialCacheGroup) }
    if hasIdleCores(pool, uses, mayCrossNodes: mayCrossNodes, mayMixKinds: mayMixKinds) {
      found.append(.siblingsBesideIdleCores)
    }
    if isOversubscribed { found.append(.oversubscribed) }
    return found
  }

  /// Whether some but not all cores of a cache group are used, among the kinds that are used at all.
  private func hasPartialGroup(_ pool: [Int], _ uses: [Int], _ isKindUsed: [Bool]) -> Bool {
    var used = [Int](repeating: 0, count: index.cacheGroupCount)
    var all = [Int](repeating: 0, count: index.cacheGroupCount)
    for cell in pool where isKindUsed[index.cells[cell].kind] {
      let group = index.cells[cell].cacheGroup
      all[group] += index.cells[cell].cores.count
      for core in index.cells[cell].cores where uses[core] > 0 { used[group] += 1 }
    }
    return zip(used, all).contains { $0 > 0 && $0 < $1 }
  }

  /// Whether a core carries several threads while another one is idle that its instance could have had.
  private func hasIdleCores(_ pool: [Int], _ uses: [Int], mayCrossNodes: Bool, mayMixKinds: Bool) -> Bool {
    let kinds = index.kinds.count
    var isCrowded = [Bool](repeating: false, count: index.homes.count * kinds)
    var isIdle = isCrowded
    for cell in pool {
      let facts = index.cells[cell]
      let key = (mayCrossNodes ? 0 : facts.home * kinds) + (mayMixKinds ? 0 : facts.kind)
      for core in facts.cores {
        if uses[core] > 1 { isCrowded[key] = true }
        if uses[core] == 0 { isIdle[key] = true }
      }
    }
    return zip(isCrowded, isIdle).contains { $0 && $1 }
  }
}
