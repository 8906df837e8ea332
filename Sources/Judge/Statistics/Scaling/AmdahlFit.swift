/// Amdahl's law fitted to throughputs: X(n) = X(1) n / (1 + sigma (n - 1)), with sigma from 0 to 1 (Amdahl 1967).
///
/// Relative errors are squared and weighed by rounds; the optimum is exact. Intervals are profiles at 95 % with the
/// scatter of rounds and points together. Where points depart from the law by more than rounds scatter, intervals are
/// made from the departures alone, and are wide: with such points the law is a summary and no description.
public struct AmdahlFit: Codable, Hashable, Sendable {
  /// The share of one thread's time that other threads do not shorten.
  public let sigma: FittedParameter
  /// Throughput of one thread by the law.
  public let first: FittedParameter
  /// How well the law holds.
  public let quality: FitQuality

  /// Fits the law to points of at least two different thread counts; points of the same count are taken together.
  public init(_ points: [ScalingPoint]) throws(ScalingFitRefusal) {
    let fit = try ScalingFit(points, parameters: 2)
    sigma = fit.sigma
    first = fit.first
    quality = fit.quality
  }

  /// The law's throughput.
  public func throughput(threads: Double) -> Double { first.value * threads / (1 + sigma.value * (threads - 1)) }
}
