import Glibc

/// Percentiles as MLPerf's LoadGen defines them, and how many samples it takes to bound one.
public enum Percentile {
  /// The element at 0-based index floor(N * p) of N ascending values: an observed value, never an interpolated one.
  ///
  /// - Parameters:
  ///   - p: The fraction of values below, 0 to 1; 1 gives the largest.
  ///   - sorted: The values, ascending. The order is not checked.
  /// - Returns: nil for no values, and for a `p` that is not a number from 0 to 1.
  public static func value<Element: Comparable>(_ p: Double, ofSorted sorted: [Element]) -> Element? {
    rank(p, of: sorted.count).map { sorted[$0] }
  }

  /// The 0-based index floor(N * p) at which ``value(_:ofSorted:)`` finds the percentile among N ascending values.
  ///
  /// - Returns: nil for no values, and for a `p` that is not a number from 0 to 1.
  public static func rank(_ p: Double, of count: Int) -> Int? {
    guard count > 0, p >= 0, p <= 1 else { return nil }
    // The product is at most N, which fits Int; N itself is reached at p = 1.
    return min(Int(Double(count) * p), count - 1)
  }

  /// The fewest samples of which the largest one bounds percentile `p` from above with the given confidence.
  ///
  /// This is about the largest sample and not about ``value(_:ofSorted:)``, which may lie below the true percentile
  /// however many samples there are; with fewer samples than this not even the largest one bounds it. All n samples lie below the percentile with probability p^n, so n is the least integer with 1 - p^n >= confidence:
  /// 299 for p99 and 2,995 for p99.9 at 95 % (Wilks 1941).
  ///
  /// - Returns: nil unless `p` and `confidence` lie strictly between 0 and 1 and the count fits `Int32`.
  public static func minimumSamples(_ p: Double, confidence: Double = 0.95) -> Int? {
    guard p > 0, p < 1, confidence > 0, confidence < 1 else { return nil }
    // log1p keeps the digits of a p or a confidence close to 1.
    let exact = log1p(-confidence) / log1p(p - 1)
    guard exact.isFinite, exact < Double(Int32.max) else { return nil }
    return max(1, Int(exact.rounded(.up)))
  }
}
