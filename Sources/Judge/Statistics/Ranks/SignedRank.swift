import Glibc

/// What paired differences say about their centre, by ranks: Wilcoxon's signed-rank test, Hodges and Lehmann's estimate and the
/// exact interval that belongs to both.
///
/// The test assumes that differences scatter symmetrically about the centre, each as it likes: nothing about a bell curve. Up
/// to 200 differences the distribution is counted; beyond, it is taken for normal.
///
/// Zeros are treated as Pratt did (1959): they take part in ranking and then say nothing. Where they are dropped before, as
/// Wilcoxon did, a sample that moves away from zero can become less significant. Ties share the mean of their ranks, and
/// the distribution is counted over these midranks, so the test is exact with ties too.
public enum SignedRank {
  /// Above this many differences the distribution is taken for normal.
  static let mostExact = 200

  /// Hodges and Lehmann's estimate of the centre (1963): the median of the means of all pairs of values, of each with itself
  /// too.
  ///
  /// - Returns: nil for no values and for a value that is not finite.
  public static func hodgesLehmann(_ d: [Double]) -> Double? { WalshAverages(d)?.median() }

  /// The exact interval of the centre: all shifts that the two-sided test does not reject (Tukey 1949; Hollander, Wolfe and
  /// Chicken, Nonparametric Statistical Methods, 3.3).
  ///
  /// Its ends belong to it; with ties it then holds the centre more often than asked, never less.
  ///
  /// - Returns: nil where there are too few values for the confidence (fewer than 6 for 95 %), for a value that is not finite,
  ///   and for a confidence that is not between 0 and 1.
  public static func interval(_ d: [Double], confidence: Double = 0.95) -> Interval? {
    WalshAverages(d)?.interval(confidence: confidence)
  }

  /// The one-sided confidence bound of the centre: below it (or above it) the centre lies with probability `level` at most.
  ///
  /// - Parameters:
  ///   - side: `greater` for the lower bound, of which the test says that the centre is greater; `less` for the upper one; for
  ///     `twoSided` there is no single bound.
  ///   - level: For example 0.05.
  /// - Returns: nil where there are too few values for the level, as for ``interval(_:confidence:)``.
  public static func bound(_ d: [Double], _ side: TestSide, level: Double) -> Double? {
    guard level > 0, level < 1, let averages = WalshAverages(d), let sums = rejected(d.count, level: level) else {
      return nil
    }
    switch side {
    case .greater: return averages.values([sums - 1])[0]
    case .less: return averages.values([averages.count - sums])[0]
    case .twoSided: return nil
    }
  }

  /// How often differences about `shift` have a rank sum as extreme as this one.
  ///
  /// - Returns: nil for no values and for a value, less the shift, that is not finite.
  public static func p(_ d: [Double], shift: Double = 0, _ side: TestSide = .twoSided) -> Double? {
    SignedRankSum(d, shift: shift).map { side.p(lower: $0.lower, upper: $0.upper) }
  }

  /// The probability of a false rejection that the one-sided test of `count` differences without ties really has: the largest
  /// that it can have and that is at most `level`, for example 1/64 for 6 differences and 0.025; 0 where it can never reject.
  public static func attainedLevel(_ count: Int, level: Double) -> Double {
    guard count > 0, level > 0 else { return 0 }
    guard count <= mostExact else { return min(1, level) }
    let distribution = SignedRankDistribution.untied(count)
    return distribution.lower(distribution.tail(level) - 1)
  }

  /// How many of the least rank sums the one-sided test rejects; the bound is the Walsh average of that rank. nil for none.
  static func rejected(_ count: Int, level: Double) -> Int? {
    guard count > 0 else { return nil }
    if count <= mostExact {
      let sums = SignedRankDistribution.untied(count).tail(level)
      return sums > 0 ? sums : nil
    }
    guard let z = Normal.quantile(level) else { return nil }
    let n = Double(count)
    let mean = n * (n + 1) / 4
    let deviation = (n * (n + 1) * (2 * n + 1) / 24).squareRoot()
    // With the continuity correction; the sums 0 ... floor(x) are rejected.
    let sums = (mean + z * deviation - 0.5).rounded(.down) + 1
    return sums >= 1 ? Int(min(sums, n * (n + 1) / 2)) : nil
  }
}
