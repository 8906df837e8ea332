/// How the result of a matrix product is divided over threads: one rectangle of rows and panels for each.
///
/// A panel is the columns that a kernel computes at once. Panels are dealt to groups of threads, and the threads of a group
/// divide the rows of its panels: that is a grid where threads and tiles divide evenly, and close to one where they do not.
/// No thread is left without work while another has two units of it. A pure function, the same on every machine.
struct TilePartition: Hashable, Sendable {
  /// One thread's part; both ranges are empty for a thread without work.
  struct Block: Hashable, Sendable {
    var rows: Range<Int>
    var panels: Range<Int>

    static let none = Block(rows: 0..<0, panels: 0..<0)

    var isEmpty: Bool { rows.isEmpty || panels.isEmpty }
  }

  /// By thread.
  let blocks: [Block]

  /// Divides `product` over `threads`: of all numbers of groups the one whose slowest thread is fastest.
  init(_ product: Product, threads: Int) {
    let threads = max(threads, 1)
    guard product.rows > 0, product.columns > 0 else {
      blocks = [Block](repeating: .none, count: threads)
      return
    }
    let units = product.units(threads: threads)
    var best: (cost: Double, blocks: [Block])?
    for groups in 1...min(units.panelCount, threads) {
      let blocks = Self.blocks(product, units, threads: threads, groups: groups)
      guard Self.isFair(blocks, units) else { continue }
      let cost = blocks.reduce(0) { max($0, product.cycles($1)) }
      if cost < best?.cost ?? .infinity { best = (cost, blocks) }
    }
    // The greatest number of groups is always fair: either every group has one unit of panels, and then its threads, of
    // which the groups' numbers differ by at most one, have at most one unit each or at least one each; or every thread is
    // a group, and has work.
    blocks = best?.blocks ?? Self.blocks(product, units, threads: threads, groups: min(units.panelCount, threads))
  }

  /// The panels in `groups` parts, the rows of each divided by its threads; sizes differ by at most one unit, and the groups
  /// with more panels have more threads.
  private static func blocks(_ product: Product, _ units: Units, threads: Int, groups: Int) -> [Block] {
    var blocks: [Block] = []
    for group in 0..<groups {
      let panels = units.panels(Partition.share(group, of: groups, items: units.panelCount), of: product)
      let team = Partition.share(group, of: groups, items: threads).count
      for member in 0..<team {
        let rows = units.rows(Partition.share(member, of: team, items: units.rowCount), of: product)
        blocks.append(rows.isEmpty ? .none : Block(rows: rows, panels: panels))
      }
    }
    return blocks
  }

  /// Whether nobody has two units while somebody has none.
  private static func isFair(_ blocks: [Block], _ units: Units) -> Bool {
    guard blocks.contains(where: \.isEmpty) else { return true }
    return blocks.allSatisfy { $0.rows.count <= units.row && $0.panels.count <= units.panel }
  }

  /// What is not divided: as many rows and panels as end with a cache line of the result.
  struct Units {
    let row: Int
    let rowCount: Int
    let panel: Int
    let panelCount: Int

    fileprivate func rows(_ share: Range<Int>, of product: Product) -> Range<Int> {
      min(share.lowerBound * row, product.rows)..<min(share.upperBound * row, product.rows)
    }

    fileprivate func panels(_ share: Range<Int>, of product: Product) -> Range<Int> {
      min(share.lowerBound * panel, product.panelCount)..<min(share.upperBound * panel, product.panelCount)
    }
  }
}

extension TilePartition {
  /// A product as far as dividing it needs.
  struct Product: Hashable, Sendable {
    /// Rows of the result.
    var rows: Int
    /// Columns of the result.
    var columns: Int
    /// The kernel's tile: most rows, columns, and lanes of a vector.
    var mr, nr, lanes: Int
    /// Steps that a tile takes: taps times groups of kr elements of depth.
    var steps: Int
    /// Bytes of the source that one row of the result needs and no other, about.
    var sourceBytesPerRow: Int
    /// Bytes of an element of the result, and from one of its rows to the next.
    var elementSize, pitch: Int

    /// Panels of nr columns; the last may be narrower.
    var panelCount: Int { (columns + nr - 1) / nr }

    /// How long a thread works on a block, in cycles: its tiles, and what it reads for the first time.
    ///
    /// A step of a tile of r rows and v vectors multiplies r * v vectors and loads v + r, two of each in a cycle. Packed
    /// weights (4 bytes a lane and step) and source come from the shared cache or memory, about 8 bytes a cycle.
    func cycles(_ block: Block) -> Double {
      guard !block.isEmpty else { return 0 }
      // The driver makes tiles of equal heights rather than full ones and a small last one.
      let tiles = (block.rows.count + mr - 1) / mr
      let height = Double(block.rows.count) / Double(tiles)
      let width = (min(block.panels.upperBound * nr, columns) - block.panels.lowerBound * nr + lanes - 1) / lanes
      let vectors = Double(width) / Double(block.panels.count)
      let step = max(height * vectors, vectors + height) / 2
      let multiplied = Double(tiles * block.panels.count) * Double(steps) * step
      let bytes = Double(width * lanes * 4) * Double(steps) + Double(block.rows.count) * Double(sourceBytesPerRow)
      return multiplied + bytes / 8
    }

    /// The units of rows and panels for so many threads.
    ///
    /// Threads that write to one cache line wait for each other, so blocks end where lines of the result end, which begins
    /// at one. Where that leaves threads without work, rows and then panels are divided further: a shared line at a
    /// block's border costs less than an idle thread.
    func units(threads: Int) -> Units {
      let line = 64
      let rowUnit = line / Self.divisor(line, max(pitch, 1))
      // Columns begin at a line in every row only where rows do.
      let panelUnit = line / Self.divisor(line, max(nr * elementSize, 1))
      func units(_ row: Int, _ panel: Int) -> Units {
        Units(row: row, rowCount: (rows + row - 1) / row, panel: panel, panelCount: (panelCount + panel - 1) / panel)
      }
      let candidates = [units(rowUnit, panelUnit), units(1, panelUnit), units(1, 1)]
      return candidates.first { $0.rowCount * $0.panelCount >= threads } ?? candidates[2]
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
  }
}
