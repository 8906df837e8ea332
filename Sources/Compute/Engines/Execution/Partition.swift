/// How work is split over threads: pure functions, the same on every machine.
enum Partition {
  /// Part `index` of `items` split into `parts` contiguous ranges whose sizes differ by at most one.
  static func share(_ index: Int, of parts: Int, items: Int) -> Range<Int> {
    let (base, extra) = items.quotientAndRemainder(dividingBy: parts)
    let start = index * base + min(index, extra)
    return start..<(start + base + (index < extra ? 1 : 0))
  }

  /// A grid of `rows` x `columns` parts for one matrix product's result.
  struct Grid: Hashable {
    let rows: Int
    let columns: Int

    /// The tile of one thread: ranges of result rows and columns, empty where there are more threads than tiles.
    func tile(_ thread: Int, rows m: Int, columns n: Int, granularity: Int) -> (rows: Range<Int>, columns: Range<Int>) {
      guard thread < rows * columns else { return (0..<0, 0..<0) }
      return (
        Self.aligned(thread / columns, of: rows, extent: m, granularity: granularity),
        Self.aligned(thread % columns, of: columns, extent: n, granularity: granularity)
      )
    }

    private static func aligned(_ index: Int, of parts: Int, extent: Int, granularity: Int) -> Range<Int> {
      guard parts > 1 else { return 0..<extent }
      let units = share(index, of: parts, items: (extent + granularity - 1) / granularity)
      return min(units.lowerBound * granularity, extent)..<min(units.upperBound * granularity, extent)
    }
  }

  /// The grid of at most `threads` parts of an m x n result that repeats the least packing work.
  ///
  /// The cost of a grid is that of its largest part: its results, and its share of packing, which every row of parts repeats
  /// for the columns and every column of parts for the rows.
  static func grid(threads: Int, m: Int, n: Int, granularity: Int) -> Grid {
    var best = Grid(rows: 1, columns: 1)
    var bestCost = Double.infinity
    for rows in 1...max(threads, 1) {
      let columns = threads / rows
      guard columns >= 1 else { break }
      let (rowUnits, columnUnits) = (units(m, granularity), units(n, granularity))
      let largest =
        Double((rowUnits + rows - 1) / rows * granularity) * Double((columnUnits + columns - 1) / columns * granularity)
      // An element of the product costs about k / 32 cycles and packing about 1.5 k per row or column: 48 to 1.
      let cost = largest + 48 * (Double(m) / Double(rows) + Double(n) / Double(columns))
      if cost < bestCost { (best, bestCost) = (Grid(rows: rows, columns: columns), cost) }
    }
    return best
  }

  private static func units(_ extent: Int, _ granularity: Int) -> Int {
    max((extent + granularity - 1) / granularity, 1)
  }
}
