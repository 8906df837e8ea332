extension Placer {
  /// Instances that share cores, because there are too few for each to have its own; nil where the PUs do not suffice.
  ///
  /// Instances that fit into one core go to different cores before they become neighbours in one. Others get PUs that
  /// follow each other.
  func placeSharingCores(_ parts: [[Int]], _ instances: Int, _ threads: Int) -> [[Int]]? {
    let fitting = parts.reduce(0) { sum, part in
      sum + part.reduce(0) { $0 + index.cells[$1].cores.reduce(0) { $0 + index.cores[$1].pus.count } } / threads
    }
    guard fitting >= instances else { return nil }
    var used = [Int](repeating: 0, count: index.cores.count)
    var placed: [[Int]] = []
    var isAnyPlaced = true
    while isAnyPlaced {
      isAnyPlaced = false
      for part in parts {
        for cell in part {
          for core in index.cells[cell].cores where index.cores[core].pus.count - used[core] >= threads {
            if placed.count == instances { return placed }
            placed.append(Array(index.cores[core].pus[used[core]..<used[core] + threads]))
            used[core] += threads
            isAnyPlaced = true
          }
        }
      }
    }
    for part in parts {
      var seats: [SeatTable.Seat] = []
      for cell in part {
        for core in index.cells[cell].cores {
          for sibling in used[core]..<index.cores[core].pus.count {
            seats.append(SeatTable.Seat(core: core, sibling: sibling))
          }
        }
      }
      while seats.count >= threads, placed.count < instances {
        // First PUs of cores come first here too.
        let own = seats.prefix(threads).sorted { ($0.sibling, $0.core) < ($1.sibling, $1.core) }
        placed.append(own.map { index.cores[$0.core].pus[$0.sibling] })
        seats.removeFirst(threads)
      }
    }
    return placed.count == instances ? placed : nil
  }

  /// More threads than PUs: each instance goes round the PUs of the part with the fewest threads for its size, where
  /// the instance before it stopped.
  func placeInRings(
    _ names: PlacementExpression.Names, _ group: [Int], _ instances: Int, _ threads: Int
  ) -> [[Int]] {
    var dealer = dealer(names, group)
    let rings = dealer.takeAll(names.spread).map { cores in
      pus(of: cores, threads: names.isOneThreadACore ? cores.count : .max)
    }
    guard !rings.isEmpty else { return [] }
    var load = [Int](repeating: 0, count: rings.count)
    return (0..<instances).map { _ in
      // a / b < c / d without division; both are small.
      let ring =
        rings.indices.min { (load[$0] + threads) * rings[$1].count < (load[$1] + threads) * rings[$0].count } ?? 0
      defer { load[ring] += threads }
      return (0..<threads).map { rings[ring][(load[ring] + $0) % rings[ring].count] }
    }
  }
}
