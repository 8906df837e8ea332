import Analysis
import Records

/// The latencies of one cell over all of its rounds, ready to be drawn: sorted, in nanoseconds.
struct LatencyDistribution {
  /// The cell.
  let summary: CellSummary
  /// Its percentiles.
  let latency: CellSummary.Latency
  /// All latencies, ascending; not empty, all positive.
  let sorted: [Int64]

  /// nil for a cell without latencies, and for one whose latencies are none.
  init?(_ summary: CellSummary, _ result: Record.CellResult) {
    guard let latency = summary.latency else { return nil }
    let sorted = result.rounds.flatMap(\.performances).flatMap(\.latencies).sorted()
    guard let least = sorted.first, least > 0, latency.p50.nanoseconds > 0 else { return nil }
    self.summary = summary
    self.latency = latency
    self.sorted = sorted
  }

  /// The fastest query.
  var least: Int64 { sorted[0] }

  /// The slowest query.
  var greatest: Int64 { sorted[sorted.count - 1] }

  /// The median, which is the unit of the axis: so cells of any speed share one, and their tails can be held side by side.
  var unit: Double { Double(latency.p50.nanoseconds) }

  /// Where the axis may end for this cell, in medians: few slow queries must not press all others into a corner.
  var end: Double { min(Double(greatest), Double(latency.p99.nanoseconds) * 1.25) / unit }

  /// How many queries took longer than `limit` medians.
  func count(above limit: Double) -> Int { sorted.reversed().prefix { Double($0) / unit > limit }.count }

  /// Queries in each of `count` bins of equal width on the axis of medians; those beyond its end are in none.
  func bins(_ axis: TightLogAxis, count: Int) -> [Int] {
    var bins = [Int](repeating: 0, count: count)
    let width = axis.end - axis.start
    guard width > 0, count > 0 else { return bins }
    for value in sorted {
      let ratio = Double(value) / unit
      // Rounding must not cost the greatest one.
      guard ratio <= axis.greatest * (1 + 1e-9) else { break }
      let share = (axis.place(ratio) - axis.start) / width
      bins[min(max(Int(share * Double(count)), 0), count - 1)] += 1
    }
    return bins
  }
}
