import NumericFormats
import Records
import Statistics

/// The order in which cells get their first visit, so that those that come before the budget ends cover the space evenly.
enum SweepOrder {
  /// The ladder and the favourites, then all others evenly.
  ///
  /// The others are dealt out from every combination of precision, engine and batch in turn; each combination walks
  /// through the same random order of layouts from a place of its own, so that any beginning of the order has about
  /// equally many of each combination and of each layout. Every third comes from memory policies other than the
  /// first, while both last.
  static func cells(of plan: SweepPlan, ladder: [Int], seed: UInt64) -> [Int] {
    let first = ladder + plan.cells.indices.filter { plan.cells[$0].isFavourite }
    var seen: Set<Int> = []
    let head = first.filter { seen.insert($0).inserted }
    let rest = plan.cells.indices.filter { !seen.contains($0) }
    let plain = rest.filter { isPlain(plan.cells[$0], plan.space) }
    let varied = rest.filter { !isPlain(plan.cells[$0], plan.space) }
    var random = SeededRandom(seed: seed, path: [0])
    return head + merged(evenly(plain, plan, &random), evenly(varied, plan, &random))
  }

  private static func isPlain(_ cell: SweepCell, _ space: SweepSpace) -> Bool {
    cell.memory == space.memory.first && cell.hugePages == space.hugePages.first
  }

  /// Two of the first for one of the second.
  private static func merged(_ first: [Int], _ second: [Int]) -> [Int] {
    var order: [Int] = []
    var (left, right) = (first[...], second[...])
    while !left.isEmpty || !right.isEmpty {
      for _ in 0..<2 { if let next = left.popFirst() { order.append(next) } }
      if let next = right.popFirst() { order.append(next) }
    }
    return order
  }

  private struct Variant: Hashable {
    let layout: Int
    let memory: String
    let pages: Bool?
  }

  private struct Point: Hashable {
    let engine: String
    let precision: String
    let batch: Int
  }

  private static func evenly(_ cells: [Int], _ plan: SweepPlan, _ random: inout SeededRandom) -> [Int] {
    var variants: [Variant] = []
    var points: [Point] = []
    var rankOfVariant: [Variant: Int] = [:]
    var cellsOfPoint: [Point: [(cell: Int, variant: Int)]] = [:]
    for index in cells {
      let cell = plan.cells[index]
      let variant = Variant(layout: cell.layout, memory: cell.memory?.rawValue ?? "", pages: cell.hugePages)
      let point = Point(engine: cell.engine, precision: cell.precision.rawValue, batch: cell.batch)
      if rankOfVariant[variant] == nil {
        rankOfVariant[variant] = variants.count
        variants.append(variant)
      }
      if cellsOfPoint[point] == nil { points.append(point) }
      cellsOfPoint[point, default: []].append((index, rankOfVariant[variant] ?? 0))
    }
    let places = random.shuffled(Array(variants.indices))
    let turns = random.shuffled(Array(points.indices))
    // Where in each combination's walk a cell comes: the layout's place, counted from the combination's own start.
    var lanes: [[Int]] = []
    for (number, turn) in turns.enumerated() {
      let start = variants.count * number / max(1, turns.count)
      let lane = (cellsOfPoint[points[turn]] ?? []).map { entry in
        (place: (places[entry.variant] + variants.count - start) % max(1, variants.count), cell: entry.cell)
      }
      lanes.append(lane.sorted { $0.place < $1.place }.map(\.cell))
    }
    var order: [Int] = []
    for place in 0..<(lanes.map(\.count).max() ?? 0) {
      for lane in lanes where place < lane.count { order.append(lane[place]) }
    }
    return order
  }
}
