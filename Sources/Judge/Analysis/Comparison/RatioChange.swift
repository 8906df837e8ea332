import Glibc
import Statistics

/// Candidate over base, with how well it is known.
public struct RatioChange: Codable, Hashable, Sendable {
  /// Candidate over base: 1.05 is 5 % more.
  public let ratio: Double
  /// The interval's lower end; nil where there are too few values for one.
  public let lower: Double?
  /// The interval's upper end; nil where there are too few values for one.
  public let upper: Double?
  /// The share of such intervals that hold the true ratio.
  public let confidence: Double
  /// How often values without any change would differ this much; nil where no test could be made.
  public let p: Double?
  /// Pairs behind it; nil where the values are not paired.
  public let pairs: Int?
  /// Independent values of base and candidate.
  public let counts: [Int]
  /// The smallest change, as a share of the base, that values like these show: half of the interval's width on the scale of
  /// logarithms, as a step up. nil without an interval.
  public let detectable: Double?

  /// nil where a ratio is beyond what a `Double` holds.
  init?(_ effect: Effect) {
    ratio = exp(effect.estimate)
    lower = effect.interval.map { exp($0.lower) }
    upper = effect.interval.map { exp($0.upper) }
    confidence = effect.confidence
    p = effect.p
    pairs = effect.pairs
    counts = effect.counts
    detectable = effect.interval.map { expm1($0.halfWidth) }
    guard [ratio, lower, upper].compactMap(\.self).allSatisfy({ $0.isFinite && $0 > 0 }), detectable?.isFinite ?? true
    else { return nil }
  }

  /// Whether the interval lies on one side of no change; false without an interval.
  var isTold: Bool {
    guard let lower, let upper else { return false }
    return lower > 1 || upper < 1
  }

}
