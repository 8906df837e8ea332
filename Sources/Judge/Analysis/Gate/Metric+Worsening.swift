import Glibc
import Statistics

/// The rule of gates decides about logarithms of ratios, positive where the candidate is worse; people read shares of the base.
extension Metric {
  /// ln(candidate / base), or ln(base / candidate) where more is better.
  func worsening(from base: Double, to candidate: Double) -> Double {
    better == .lower ? log(candidate / base) : log(base / candidate)
  }

  /// The share of the base's value that such a logarithm stands for: of latency what is added, of throughput what is lost.
  func share(of worsening: Double) -> Double { better == .lower ? expm1(worsening) : -expm1(-worsening) }

  /// The logarithm that a share of the base's value stands for; of throughput no more than all can be lost.
  func worsening(of share: Double) -> Double { better == .lower ? log1p(share) : -log1p(-min(share, 0.9999)) }

  /// An interval of logarithms as shares.
  func shares(of interval: Interval) -> Interval {
    Interval(
      lower: share(of: interval.lower), upper: share(of: interval.upper), confidence: interval.confidence,
      count: interval.count)
  }
}
