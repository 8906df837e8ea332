import Glibc

/// By how much a number exceeds the logarithm of one more than it.
enum LogExcess {
  /// u - ln(1 + u), not negative, with full relative precision also near 0, where the two cancel.
  ///
  /// - Parameter ratio: 1 + u, which a caller may know more exactly than the sum.
  static func value(_ u: Double, ratio: Double) -> Double {
    abs(u) <= range ? series(u) : u - log(ratio)
  }

  /// How far from 0 the series is precise.
  static let range = 0.3

  /// From ln(1 + u) = 2 artanh(u / (2 + u)), whose first term differs from u by u^2 / (2 + u).
  static func series(_ u: Double) -> Double {
    let r = u / (2 + u)
    let square = r * r
    // 1/3 + r^2/5 + ... + r^20/23 by Horner; |r| is at most 0.18.
    var sum = 1.0 / 23
    sum = sum * square + 1.0 / 21
    sum = sum * square + 1.0 / 19
    sum = sum * square + 1.0 / 17
    sum = sum * square + 1.0 / 15
    sum = sum * square + 1.0 / 13
    sum = sum * square + 1.0 / 11
    sum = sum * square + 1.0 / 9
    sum = sum * square + 1.0 / 7
    sum = sum * square + 1.0 / 5
    sum = sum * square + 1.0 / 3
    return r * (u - 2 * square * sum)
  }
}
