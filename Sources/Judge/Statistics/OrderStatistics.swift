/// What sorted values say about a quantile of what they were drawn from, whatever its distribution.
///
/// The number of values below the quantile is binomial, so that values of certain ranks are bounds of it (David and Nagaraja,
/// Order Statistics, 7.1). Where the distribution has jumps, the bounds hold the quantile more often than asked.
public enum OrderStatistics {
  /// The exact interval of the quantile with a share `p` below it: each end is missed with probability (1 - confidence) / 2 at
  /// most.
  ///
  /// - Parameters:
  ///   - p: Strictly between 0 and 1, for example 0.99.
  ///   - sorted: The values, ascending. The order is not checked.
  /// - Returns: nil where there are too few values for both ends, and for a `p` or `confidence` out of range.
  public static func interval(of p: Double, sorted: [Double], confidence: Double = 0.95) -> Interval? {
    guard confidence > 0, confidence < 1,
      let lower = lowerBound(of: p, sorted: sorted, confidence: (1 + confidence) / 2),
      let upper = upperBound(of: p, sorted: sorted, confidence: (1 + confidence) / 2), lower <= upper
    else { return nil }
    return Interval(lower: lower, upper: upper, confidence: confidence, count: sorted.count)
  }

  /// The value that lies above the quantile with at least this confidence: for p99 and 95 % there is one from 299 values on.
  public static func upperBound(of p: Double, sorted: [Double], confidence: Double = 0.95) -> Double? {
    guard confidence > 0, confidence < 1, p > 0, p < 1 else { return nil }
    // The r-th least value is below the quantile where at least r values are.
    return sorted.firstRank { rank in
      atLeast(rank, of: sorted.count, p).map { $0 <= 1 - confidence }
    }.map { sorted[$0 - 1] }
  }

  /// The value that lies below the quantile with at least this confidence.
  public static func lowerBound(of p: Double, sorted: [Double], confidence: Double = 0.95) -> Double? {
    guard confidence > 0, confidence < 1, p > 0, p < 1 else { return nil }
    // The r-th least value is above the quantile where fewer than r values are below it: at least n - r + 1 are above.
    return sorted.firstRank { rank in
      atLeast(rank, of: sorted.count, 1 - p).map { $0 <= 1 - confidence }
    }.map { sorted[sorted.count - $0] }
  }

  /// P(at least `rank` of `count` values hit what one hits with probability `p`): I_p(rank, count - rank + 1), DLMF 8.17.5.
  private static func atLeast(_ rank: Int, of count: Int, _ p: Double) -> Double? {
    IncompleteBeta.regularised(p, a: Double(rank), b: Double(count - rank + 1))
  }
}

extension [Double] {
  /// The least rank, from 1, for which a condition holds that holds for all greater ranks too; nil where it holds for none or
  /// cannot be told.
  fileprivate func firstRank(_ holds: (Int) -> Bool?) -> Int? {
    guard !isEmpty else { return nil }
    var (low, high) = (1, count + 1)
    while low < high {
      let middle = (low + high) / 2
      guard let isThere = holds(middle) else { return nil }
      if isThere { high = middle } else { low = middle + 1 }
    }
    return low <= count ? low : nil
  }
}
