/// The F distribution of Fisher and Snedecor.
public enum FisherF {
  /// P(F > f) for `numerator` and `denominator` degrees of freedom, from the incomplete beta function (DLMF 8.17).
  ///
  /// - Returns: nil for an `f` below 0 or not a number, and for degrees that are not positive and finite.
  public static func upperTail(_ f: Double, numerator: Double, denominator: Double) -> Double? {
    guard f >= 0, numerator > 0, denominator > 0, numerator.isFinite, denominator.isFinite else { return nil }
    let ratio = f * (numerator / denominator)
    guard ratio.isFinite else { return 0 }
    return IncompleteBeta.regularised(
      1 / (1 + ratio), complement: ratio / (1 + ratio), a: denominator / 2, b: numerator / 2)
  }
}
