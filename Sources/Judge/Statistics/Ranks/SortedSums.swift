import Glibc

/// All sums of one number of each of two ascending lists, of which those of given ranks are found without forming all.
///
/// With a million numbers a side there are 10^12 sums. In every row (one number of the first list with all of the second) sums
/// ascend, and what of a row is below a pivot ends further left from row to row, so one walk down the rows counts the sums
/// below it. Pivots are sums drawn at random on both sides of where the rank should be, as in Floyd and Rivest's selection
/// (1975; over such matrices Monahan 1984): each pass leaves a small share of the sums, and few passes leave few enough to be
/// sorted. The result is exact; chance, from a fixed seed, decides only about time.
struct SortedSums {
  private let rows: [Double]
  private let columns: [Double]
  /// The columns after one that no sum reaches a pivot with, so that walks end there.
  private let bounded: [Double]
  private let isTriangle: Bool
  /// How many sums there are.
  let count: Int

  /// All sums of two lists, both ascending and finite.
  init(_ rows: [Double], _ columns: [Double]) {
    self.rows = rows
    self.columns = columns
    bounded = [-.infinity] + columns
    isTriangle = false
    count = rows.count * columns.count
  }

  /// The sums of each number with itself and with all later ones.
  init(triangle values: [Double]) {
    rows = values
    columns = values
    bounded = [-.infinity] + columns
    isTriangle = true
    count = values.count * (values.count + 1) / 2
  }

  /// The sums of the given ranks, which do not descend and lie from 0 to below ``count``.
  func values(at ranks: [Int]) -> [Double] {
    var result = [Double](repeating: 0, count: ranks.count)
    var random = SeededRandom(seed: 0x5EED)
    let lower = rows.indices.map { isTriangle ? Int32($0) : 0 }
    let upper = [Int32](repeating: Int32(columns.count), count: rows.count)
    let region = Region(lower: lower, upper: upper, size: count, before: 0)
    find(ranks.indices.map { ($0, ranks[$0]) }, in: region, isStuck: false, &random, &result)
    return result
  }

  /// Sums that are still candidates: of each row the columns from `lower` up to, not including, `upper`.
  private struct Region {
    let lower: [Int32]
    let upper: [Int32]
    let size: Int
    /// How many sums are less than all of these.
    let before: Int
  }

  private typealias Target = (index: Int, rank: Int)

  /// So many candidates are sorted: about as long as a pass takes.
  private var mostSorted: Int { max(1 << 12, rows.count / 3) }
  /// So many sums are drawn to choose pivots from: a part of a pass.
  private var mostDrawn: Int { min(max(1 << 10, rows.count / 4), 1 << 18) }

  private func find(
    _ targets: [Target], in region: Region, isStuck: Bool, _ random: inout SeededRandom, _ result: inout [Double]
  ) {
    guard let first = targets.first, let last = targets.last else { return }
    if region.size <= mostSorted {
      let sums = sums(of: region)
      for target in targets { result[target.index] = sums[target.rank - region.before] }
      return
    }
    // Ranks far apart have nothing in common.
    if last.rank - first.rank > region.size / 32, let cut = Self.widestGap(targets) {
      find(Array(targets[..<cut]), in: region, isStuck: isStuck, &random, &result)
      find(Array(targets[cut...]), in: region, isStuck: isStuck, &random, &result)
      return
    }
    let drawn = draw(from: region, &random)
    let pivots = isStuck ? (drawn[0], drawn[0]) : Self.pivots(Sorting.ascending(drawn), first.rank, last.rank, region)
    let parts = split(region, at: pivots)
    for (place, part) in parts.enumerated() {
      let inside = targets.filter { $0.rank >= part.before && $0.rank < part.before + part.size }
      if place == 1, pivots.0 == pivots.1 {
        for target in inside { result[target.index] = pivots.0 }
      } else {
        // Where nothing was cut off, the next pivot is a single sum: that and its equals always leave.
        find(inside, in: part, isStuck: part.size == region.size, &random, &result)
      }
    }
  }

  /// Where the targets are furthest apart; nil for a single one.
  private static func widestGap(_ targets: [Target]) -> Int? {
    targets.indices.dropFirst().max {
      targets[$0].rank - targets[$0 - 1].rank < targets[$1].rank - targets[$1 - 1].rank
    }
  }

  /// All candidates, ascending.
  private func sums(of region: Region) -> [Double] {
    let sums = [Double](unsafeUninitializedCapacity: region.size) { sums, count in
      columns.withUnsafeBufferPointer { columns in
        for row in rows.indices {
          let value = rows[row]
          for column in Int(region.lower[row])..<Int(region.upper[row]) {
            sums.initializeElement(at: count, to: value + columns[column])
            count += 1
          }
        }
      }
    }
    return Sorting.ascending(sums)
  }

  /// Candidates drawn at random, one from each of as many parts of the region that are equally large, in the order of rows.
  private func draw(from region: Region, _ random: inout SeededRandom) -> [Double] {
    let count = mostDrawn
    // The parts are of `step` candidates, and the first few of one more.
    let (step, longer) = region.size.quotientAndRemainder(dividingBy: count)
    return [Double](unsafeUninitializedCapacity: count) { drawn, filled in
      var start = 0
      var next = random.index(below: longer > 0 ? step + 1 : step)
      var passed = 0
      for row in rows.indices {
        let (lower, upper) = (Int(region.lower[row]), Int(region.upper[row]))
        let end = passed + upper - lower
        while next < end {
          drawn.initializeElement(at: filled, to: rows[row] + columns[lower + next - passed])
          start += filled < longer ? step + 1 : step
          filled += 1
          next = filled < count ? start + random.index(below: filled < longer ? step + 1 : step) : .max
        }
        passed = end
      }
    }
  }

  /// Drawn sums between which the wanted ranks lie, but for bad luck.
  private static func pivots(_ drawn: [Double], _ first: Int, _ last: Int, _ region: Region) -> (Double, Double) {
    let count = Double(drawn.count)
    func place(_ rank: Int, _ sign: Double) -> Double {
      let share = (Double(rank - region.before) + 0.5) / Double(region.size)
      return share * count + sign * (3 * (count * share * (1 - share)).squareRoot() + 2)
    }
    let (low, high) = (place(first, -1), place(last, 1))
    let none = Double.greatestFiniteMagnitude
    return (low < 0 ? -none : drawn[Int(low)], high >= count ? none : drawn[Int(high)])
  }

  /// The candidates below both pivots, from the one to the other, and above both.
  private func split(_ region: Region, at pivots: (Double, Double)) -> [Region] {
    let count = rows.count
    var below = 0
    var upTo = 0
    var ends: [Int32] = []
    let starts = [Int32](unsafeUninitializedCapacity: count) { starts, filled in
      ends = [Int32](unsafeUninitializedCapacity: count) { ends, alsoFilled in
        rows.withUnsafeBufferPointer { rows in
          bounded.withUnsafeBufferPointer { columns in
            region.lower.withUnsafeBufferPointer { lowers in
              region.upper.withUnsafeBufferPointer { uppers in
                var (start, end) = (columns.count - 1, columns.count - 1)
                for row in 0..<count {
                  let value = rows[row]
                  // The first two steps without a branch, which would be taken or not at random.
                  start &-= value + columns[start] >= pivots.0 ? 1 : 0
                  end &-= value + columns[end] > pivots.1 ? 1 : 0
                  start &-= value + columns[start] >= pivots.0 ? 1 : 0
                  end &-= value + columns[end] > pivots.1 ? 1 : 0
                  while value + columns[start] >= pivots.0 { start &-= 1 }
                  while value + columns[end] > pivots.1 { end &-= 1 }
                  let (lower, upper) = (Int(lowers[row]), Int(uppers[row]))
                  let (first, second) = (min(max(start, lower), upper), min(max(end, lower), upper))
                  starts.initializeElement(at: row, to: Int32(truncatingIfNeeded: first))
                  ends.initializeElement(at: row, to: Int32(truncatingIfNeeded: second))
                  below &+= first &- lower
                  upTo &+= second &- lower
                }
              }
            }
          }
        }
        alsoFilled = count
      }
      filled = count
    }
    return [
      Region(lower: region.lower, upper: starts, size: below, before: region.before),
      Region(lower: starts, upper: ends, size: upTo - below, before: region.before + below),
      Region(lower: ends, upper: region.upper, size: region.size - upTo, before: region.before + upTo),
    ]
  }
}
