import Glibc

/// By how much a candidate differs from its base, as the logarithm of the ratio of candidate to base: 0 is no difference, and
/// `exp` of it is the ratio.
public struct Effect: Codable, Hashable, Sendable {
  /// Hodges and Lehmann's estimate of ln(candidate/base).
  public let estimate: Double
  /// The interval of ln(candidate/base); nil where there are too few values for the confidence.
  public let interval: Interval?
  /// Two-sided, for no difference; nil where it cannot be computed.
  public let p: Double?
  /// Pairs of values, where values were compared in pairs.
  public let pairs: Int?
  /// Values of base and candidate.
  public let counts: [Int]
  /// What ``interval`` was asked to hold.
  public let confidence: Double

  /// Compares values of the same rounds, pair by pair, with the signed-rank test.
  ///
  /// - Returns: nil for no values, for different counts and for a value that is not positive and finite.
  public static func paired(base: [Double], candidate: [Double], confidence: Double = 0.95) -> Effect? {
    guard base.count == candidate.count, let before = logarithms(base), let after = logarithms(candidate) else {
      return nil
    }
    let d = zip(before, after).map { $1 - $0 }
    guard let averages = WalshAverages(d) else { return nil }
    let (estimate, interval) = averages.summary(confidence: confidence)
    return Effect(
      estimate: estimate, interval: interval, p: SignedRank.p(d), pairs: d.count,
      counts: [base.count, candidate.count],
      confidence: confidence)
  }

  /// Compares two independent samples with the test of Mann and Whitney.
  ///
  /// - Returns: nil for an empty sample and for a value that is not positive and finite.
  public static func unpaired(base: [Double], candidate: [Double], confidence: Double = 0.95) -> Effect? {
    guard let before = logarithms(base), let after = logarithms(candidate), let samples = TwoSamples(before, after)
    else {
      return nil
    }
    let (estimate, interval) = samples.summary(confidence: confidence)
    return Effect(
      estimate: estimate, interval: interval, p: samples.p(shift: 0, .twoSided), pairs: nil,
      counts: [base.count, candidate.count], confidence: confidence)
  }

  /// Whether the interval lies on one side of 0; nil without an interval.
  public var isClear: Bool? { interval.map { $0.lower > 0 || $0.upper < 0 } }

  private static func logarithms(_ values: [Double]) -> [Double]? {
    guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return values.map { log($0) }
  }
}
