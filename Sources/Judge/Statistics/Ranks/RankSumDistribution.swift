/// The sum of the ranks of m among N values in random order: which values it takes, and how often.
///
/// The number of ways to a sum is that of subsets of m ranks with that sum, counted rank by rank (Mann and Whitney 1947, and
/// the same over midranks with ties). Ranks are handed over as integers, doubled where midranks end in halves.
struct RankSumDistribution {
  /// P(sum <= least + s) for every s from 0.
  private let cumulative: [Double]
  /// The least sum.
  private let least: Int

  /// So many additions are made at most; beyond, the distribution is taken for normal.
  static let mostAdditions = 4_000_000

  /// How many additions a distribution takes.
  static func additions(chosen: Int, all: Int, range: Int) -> Int {
    let (product, overflow) = chosen.multipliedReportingOverflow(by: all)
    let (result, more) = product.multipliedReportingOverflow(by: range + 1)
    return overflow || more ? .max : result
  }

  /// The least and the largest sum of `chosen` of these ranks, which ascend.
  static func range(_ ranks: [Int], chosen: Int) -> (least: Int, most: Int) {
    (ranks.prefix(chosen).reduce(0, +), ranks.suffix(chosen).reduce(0, +))
  }

  /// Counts the sums of `chosen` of these ranks, which ascend.
  init(ranks: [Int], chosen: Int) {
    let (least, most) = Self.range(ranks, chosen: chosen)
    self.least = least
    // ways[c][s]: subsets of c ranks with a sum of s more than that of the c least ranks. Never less than these are.
    let width = most - least + 1
    var ways = [Double](repeating: 0, count: (chosen + 1) * width)
    ways[0] = 1
    ways.withUnsafeMutableBufferPointer { ways in
      for (index, rank) in ranks.enumerated() {
        // The c-th chosen rank adds what it exceeds the c-th least by.
        for c in stride(from: min(chosen, index + 1), to: 0, by: -1) {
          let excess = rank - ranks[c - 1]
          guard excess < width else { continue }
          let (from, to) = ((c - 1) * width, c * width + excess)
          for s in 0..<(width - excess) { ways[to + s] += ways[from + s] }
        }
      }
    }
    let last = ways.suffix(width)
    let total = last.reduce(0, +)
    var sum = 0.0
    cumulative = last.map { way in
      sum += way
      return min(1, sum / total)
    }
    upperTails = Array(
      last.reversed().reduce(into: (tails: [Double](), sum: 0.0)) { state, way in
        state.sum += way
        state.tails.append(min(1, state.sum / total))
      }.tails.reversed())
  }

  /// P(sum >= least + s), summed from the far end, so that small tails keep their digits.
  private let upperTails: [Double]

  /// P(sum <= s).
  func lower(_ s: Int) -> Double { s < least ? 0 : s - least < cumulative.count ? cumulative[s - least] : 1 }

  /// P(sum >= s).
  func upper(_ s: Int) -> Double { s <= least ? 1 : s - least < upperTails.count ? upperTails[s - least] : 0 }

  /// The largest number of sums, from the least on, that together have at most this probability; 0 for none.
  func tail(_ level: Double) -> Int { cumulative.firstIndex { $0 > level } ?? cumulative.count }
}
