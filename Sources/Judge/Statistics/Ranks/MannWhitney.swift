import Glibc

/// What two independent samples say about the shift between them, by ranks: the test of Mann and Whitney (Wilcoxon's rank
/// sums), Hodges and Lehmann's estimate and the interval that belongs to both.
///
/// Shifts are those of `y` against `x`: positive where `y` is larger. The test assumes that both samples scatter alike. Where
/// the distribution of the rank sum takes at most 4 million additions to count (35 values a side, or 3 against 1,000) it is
/// counted, over midranks where there are ties; beyond, it is taken for normal with the corrections for ties and continuity.
public enum MannWhitney {
  /// Hodges and Lehmann's estimate of the shift (1963): the median of all differences of a value of `y` and one of `x`.
  ///
  /// - Returns: nil for an empty sample, and for values or differences that are not finite.
  public static func hodgesLehmann(_ x: [Double], _ y: [Double]) -> Double? {
    TwoSamples(x, y)?.summary(confidence: 0).shift
  }

  /// The interval of the shift: all shifts that the two-sided test does not reject (Hollander, Wolfe and Chicken,
  /// Nonparametric Statistical Methods, 4.3), exact where the distribution is counted.
  ///
  /// Its ends belong to it; with ties it then holds the shift more often than asked.
  ///
  /// - Returns: nil where there are too few values for the confidence (fewer than 4 against 4 for 95 %), and as
  ///   ``hodgesLehmann(_:_:)``.
  public static func interval(_ x: [Double], _ y: [Double], confidence: Double = 0.95) -> Interval? {
    TwoSamples(x, y)?.summary(confidence: confidence).interval
  }

  /// How often samples that differ by `shift` only have a rank sum as extreme as this one.
  ///
  /// - Returns: nil as ``hodgesLehmann(_:_:)``.
  public static func p(
    _ x: [Double], _ y: [Double], shift: Double = 0, _ side: TestSide = .twoSided
  ) -> Double? {
    TwoSamples(x, y)?.p(shift: shift, side)
  }

  /// How many of the least values of U, from 0 on, the one-sided test rejects; 0 for none.
  static func rejected(_ first: Int, _ second: Int, level: Double) -> Int {
    let (chosen, all) = (min(first, second), first + second)
    let (pairs, overflow) = first.multipliedReportingOverflow(by: second)
    guard !overflow else { return 0 }
    if RankSumDistribution.additions(chosen: chosen, all: all, range: pairs) <= RankSumDistribution.mostAdditions {
      return RankSumDistribution(ranks: Array(1...all), chosen: chosen).tail(level)
    }
    guard let z = Normal.quantile(level) else { return 0 }
    let deviation = (Double(pairs) * Double(all + 1) / 12).squareRoot()
    let sums = (Double(pairs) / 2 + z * deviation - 0.5).rounded(.down) + 1
    return sums >= 1 ? Int(min(sums, Double(pairs))) : 0
  }
}
