/// What two independent samples of some size can tell apart.
public enum TwoSampleDesign {
  /// The smallest true difference of means that a two-sided t test of these sizes finds with probability `power`: (t(1 -
  /// alpha/2) + t(power)) s sqrt(1/n + 1/m), with n + m - 2 degrees of freedom (Bloom, Minimum detectable effects, 1995).
  /// Within 2 % of what the noncentral t distribution gives from 5 values a side on.
  ///
  /// - Parameter deviation: The standard deviation of a value; of logarithms for an effect that is a logarithm.
  /// - Returns: nil for a sample of none, for fewer than 3 values together and for numbers out of range.
  public static func minimumDetectableEffect(
    deviation: Double, counts: (Int, Int), alpha: Double = 0.05, power: Double = 0.8
  ) -> Double? {
    guard deviation >= 0, deviation.isFinite, counts.0 > 0, counts.1 > 0, alpha > 0, alpha < 1, power >= 0.5, power < 1
    else { return nil }
    let (n, m) = (Double(counts.0), Double(counts.1))
    guard let t = StudentT.critical(confidence: 1 - alpha, degrees: n + m - 2),
      let reach = power == 0.5 ? 0 : StudentT.critical(confidence: 2 * power - 1, degrees: n + m - 2)
    else { return nil }
    return (t + reach) * deviation * (1 / n + 1 / m).squareRoot()
  }
}

extension Effect {
  /// About the smallest true effect, as a logarithm, that the same comparison of values that scatter as these would find with
  /// probability `power`: the half-width of the interval, and as much again as `power` asks beyond it.
  ///
  /// The interval's half-width is about 1.96 standard errors for 95 %, and 0.84 more of them reach 80 %. Rough where there are
  /// fewer than about 10 values. nil without an interval.
  public func minimumDetectableEffect(power: Double = 0.8) -> Double? {
    guard let interval, let reach = Normal.quantile(power), let z = Normal.quantile((1 + confidence) / 2), reach >= 0
    else {
      return nil
    }
    return interval.halfWidth * (1 + reach / z)
  }
}
