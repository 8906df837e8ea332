/// Estimate, interval and test of a shift at once, which for many values takes much less time than one after the other.
public struct RankSummary: Codable, Hashable, Sendable {
  /// Hodges and Lehmann's estimate of the shift.
  public let estimate: Double
  /// The interval of the shift; nil where there are too few values for the confidence.
  public let interval: Interval?
  /// Two-sided, for no shift; nil where it cannot be computed.
  public let p: Double?

  /// One sample of differences, by signed ranks.
  ///
  /// - Returns: nil for no values and for a value that is not finite.
  public init?(differences d: [Double], confidence: Double = 0.95) {
    guard let averages = WalshAverages(d) else { return nil }
    (estimate, interval) = averages.summary(confidence: confidence)
    p = SignedRank.p(d)
  }

  /// Two independent samples, by the test of Mann and Whitney; the shift is that of `y` against `x`.
  ///
  /// - Returns: nil for an empty sample, and for values or differences that are not finite.
  public init?(_ x: [Double], _ y: [Double], confidence: Double = 0.95) {
    guard let samples = TwoSamples(x, y) else { return nil }
    (estimate, interval) = samples.summary(confidence: confidence)
    p = samples.p(shift: 0, .twoSided)
  }
}
