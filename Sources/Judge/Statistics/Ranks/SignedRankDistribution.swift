/// The sum of the ranks of the positive ones among n symmetric differences: which values it takes, and how often.
///
/// Every difference is positive or negative with probability 1/2, so the number of ways to a sum is that of subsets of ranks
/// with that sum: counted rank by rank (Wilcoxon 1945). Ranks are handed over doubled, because midranks end in halves.
struct SignedRankDistribution: Sendable {
  /// P(sum <= s) for every sum s from 0.
  private let cumulative: [Double]

  /// Counts over integer ranks.
  init(ranks: [Int]) {
    var ways: [Double] = [1]
    for rank in ranks { ways = Self.adding(rank, to: ways) }
    cumulative = Self.summed(ways)
  }

  private init(ways: [Double]) { cumulative = Self.summed(ways) }

  /// P(sum <= s).
  func lower(_ s: Int) -> Double { s < 0 ? 0 : s < cumulative.count ? cumulative[s] : 1 }

  /// P(sum >= s): the same, as the distribution is symmetric about half of the largest sum.
  func upper(_ s: Int) -> Double { lower(cumulative.count - 1 - s) }

  /// The largest number of sums, from 0 on, that together have at most this probability; 0 for none.
  func tail(_ level: Double) -> Int {
    var (low, high) = (0, cumulative.count)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] <= level { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Without ties: ranks 1 to `count`.
  static func untied(_ count: Int) -> SignedRankDistribution {
    count < table.count ? table[count] : SignedRankDistribution(ranks: Array(1...count))
  }

  /// Those of few values are needed again and again; each follows from the one before.
  private static let table: [SignedRankDistribution] = {
    var ways: [Double] = [1]
    var result = [SignedRankDistribution(ways: ways)]
    for rank in 1...64 {
      ways = adding(rank, to: ways)
      result.append(SignedRankDistribution(ways: ways))
    }
    return result
  }()

  /// Probabilities with one more rank, whose difference is positive in half of the cases.
  private static func adding(_ rank: Int, to ways: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: ways.count + rank) { buffer, count in
      ways.withUnsafeBufferPointer { ways in
        for sum in 0..<(ways.count + rank) {
          let without = sum < ways.count ? ways[sum] : 0
          let with = sum >= rank ? ways[sum - rank] : 0
          buffer.initializeElement(at: sum, to: (without + with) / 2)
        }
        count = ways.count + rank
      }
    }
  }

  private static func summed(_ ways: [Double]) -> [Double] {
    var sum = 0.0
    return ways.map { way in
      sum += way
      return min(1, sum)
    }
  }
}
