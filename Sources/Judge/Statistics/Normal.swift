import Glibc

/// The standard normal distribution.
public enum Normal {
  /// P(Z <= z).
  public static func below(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// The z with P(Z <= z) = p: 1.96 for 0.975.
  ///
  /// Bisection down to neighbouring `Double`s, on the smaller tail, so that a `p` near 0 loses no digits.
  ///
  /// - Returns: nil unless `p` lies strictly between 0 and 1.
  public static func quantile(_ p: Double) -> Double? {
    guard p > 0, p < 1 else { return nil }
    if p == 0.5 { return 0 }
    // 1 - p is exact from 0.5 to 1.
    if p > 0.5 { return quantile(1 - p).map { -$0 } }
    var lower = -40.0
    var upper = 0.0
    while true {
      let middle = lower + (upper - lower) / 2
      guard middle > lower, middle < upper else { return middle }
      if below(middle) < p { lower = middle } else { upper = middle }
    }
  }
}
