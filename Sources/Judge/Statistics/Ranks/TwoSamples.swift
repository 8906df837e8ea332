import Glibc

/// Two samples in order, for tests that need the order more than once.
struct TwoSamples {
  private let x: [Double]
  private let y: [Double]

  /// nil for an empty sample, and for values or differences that are not finite.
  init?(_ x: [Double], _ y: [Double]) {
    guard x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { return nil }
    self.x = Sorting.ascending(x)
    self.y = Sorting.ascending(y)
    guard let first = self.x.first, let last = self.x.last, let least = self.y.first, let most = self.y.last,
      (most - first).isFinite, (least - last).isFinite
    else { return nil }
  }

  /// Median of the differences, and the interval of the shift.
  func summary(confidence: Double) -> (shift: Double, interval: Interval?) {
    let differences = SortedSums(x.reversed().map { -$0 }, y)
    let pairs = differences.count
    let isLevel = confidence > 0 && confidence < 1
    let sums = isLevel ? MannWhitney.rejected(x.count, y.count, level: (1 - confidence) / 2) : 0
    guard sums > 0, 2 * sums <= pairs + 1 else {
      let middle = differences.values(at: [(pairs - 1) / 2, pairs / 2])
      return (middle[0] / 2 + middle[1] / 2, nil)
    }
    let found = differences.values(at: [sums - 1, (pairs - 1) / 2, pairs / 2, pairs - sums])
    let interval = Interval(
      lower: found[0], upper: found[3], confidence: confidence, count: x.count + y.count)
    return (found[1] / 2 + found[2] / 2, interval)
  }

  /// As ``MannWhitney/p(_:_:shift:_:)``.
  func p(shift: Double, _ side: TestSide) -> Double? {
    guard shift.isFinite else { return nil }
    let shifted = shift == 0 ? y : y.map { $0 - shift }
    guard let least = shifted.first, let most = shifted.last, least.isFinite, most.isFinite else { return nil }
    let tails = tails(x, shifted)
    return side.p(lower: tails.lower, upper: tails.upper)
  }

  /// One walk over both samples: the doubled rank sum of the second, groups of equal values and what they take off the
  /// variance.
  private func tails(_ x: [Double], _ y: [Double]) -> (lower: Double, upper: Double) {
    let all = x.count + y.count
    var (i, j) = (0, 0)
    var sum = 0.0
    var ties = 0.0
    while i < x.count || j < y.count {
      let value = i == x.count ? y[j] : j == y.count ? x[i] : min(x[i], y[j])
      let (startX, startY) = (i, j)
      while i < x.count, x[i] == value { i += 1 }
      while j < y.count, y[j] == value { j += 1 }
      let group = Double(i - startX + j - startY)
      sum += Double(j - startY) * Double(startX + startY + 1 + i + j)
      ties += group * group * group - group
    }
    if let exact = exactTails(x, y, doubledSum: sum, isTied: ties > 0) { return exact }
    let (n, m) = (Double(x.count), Double(y.count))
    let distance = sum / 2 - m * Double(all + 1) / 2
    let variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    // Equal values alone say nothing.
    guard variance > 0 else { return (1, 1) }
    let deviation = variance.squareRoot()
    return (Normal.below((distance + 0.5) / deviation), Normal.below((0.5 - distance) / deviation))
  }

  /// From the counted distribution; nil where that would take too long.
  private func exactTails(
    _ x: [Double], _ y: [Double], doubledSum: Double, isTied: Bool
  ) -> (lower: Double, upper: Double)? {
    let (chosen, all) = (min(x.count, y.count), x.count + y.count)
    let unit = isTied ? 2 : 1
    let (pairs, overflow) = x.count.multipliedReportingOverflow(by: y.count)
    let limit = RankSumDistribution.mostAdditions
    // Ties only narrow the range.
    guard !overflow, pairs <= limit,
      RankSumDistribution.additions(chosen: chosen, all: all, range: unit * pairs) <= limit
    else { return nil }
    let ranks = isTied ? RankCorrelation.ranks(x + y).map { Int(2 * $0) }.sorted() : Array(1...all)
    let distribution = RankSumDistribution(ranks: ranks, chosen: chosen)
    let sum = isTied ? Int(doubledSum) : Int(doubledSum / 2)
    if y.count == chosen { return (distribution.lower(sum), distribution.upper(sum)) }
    // The other sample has the rest of all ranks.
    let rest = ranks.reduce(0, +) - sum
    return (distribution.upper(rest), distribution.lower(rest))
  }
}
