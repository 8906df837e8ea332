import Glibc

/// Efron's bias-corrected and accelerated bootstrap (Better bootstrap confidence intervals, 1987).
///
/// Values are drawn again, with replacement, as many as there are; the statistic of each such resample scatters about that of
/// the sample as that one does about the truth. The interval's ends are percentiles of these, moved for the bias of the median
/// (z0) and for how the scatter changes with the truth (the acceleration, from leaving out each value once). Exact only for
/// many values: with a dozen rounds the signed-rank interval is the better one.
public enum Bootstrap {
  /// Statistics that are resampled without forming each resample.
  public enum Statistic: String, Codable, CaseIterable, Hashable, Sendable {
    /// The arithmetic mean.
    case mean
    /// The middle value, or the mean of the two in the middle.
    case median
    /// ``SignedRank/hodgesLehmann(_:)``.
    case hodgesLehmann = "hodges-lehmann"
  }

  /// No more values or resamples than make 10^9 draws, which take some seconds.
  public static let mostDraws = 1_000_000_000

  /// The interval of one of the usual statistics.
  ///
  /// - Parameters:
  ///   - values: At least 2, finite; for pairs their differences, or their logarithms' differences.
  ///   - seed: The same seed gives the same interval on every machine.
  /// - Returns: nil for too few or bad values, a bad confidence, fewer than 100 resamples or more draws than ``mostDraws``, and
  ///   where all resamples lie on one side of the sample's own statistic.
  public static func bca(
    _ values: [Double], _ statistic: Statistic = .mean, confidence: Double = 0.95, resamples: Int = 10_000,
    seed: UInt64 = 1
  ) -> Interval? {
    guard isPossible(values, confidence, resamples) else { return nil }
    let sorted = Sorting.ascending(values)
    var resampler = Resampler(sorted, seed: seed)
    let distribution: [Double] =
      switch statistic {
      case .mean: resampler.means(resamples)
      case .median: resampler.medians(resamples)
      case .hodgesLehmann: resampler.hodgesLehmann(resamples)
      }
    guard let observed = statistic.value(ofSorted: sorted) else { return nil }
    return interval(
      of: distribution, observed: observed, leftOut: statistic.leavingOut(sorted), confidence: confidence,
      count: values.count)
  }

  /// The interval of any statistic.
  ///
  /// - Parameter statistic: Called for every resample, whose values are in no particular order; nil gives up.
  /// - Returns: nil as ``bca(_:_:confidence:resamples:seed:)``, and where the statistic is nil or not finite.
  public static func bca(
    _ values: [Double], confidence: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 1,
    statistic: ([Double]) -> Double?
  ) -> Interval? {
    guard isPossible(values, confidence, resamples), let observed = statistic(values) else { return nil }
    var random = SeededRandom(seed: seed)
    var resample = values
    var distribution: [Double] = []
    distribution.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for index in resample.indices { resample[index] = values[random.index(below: values.count)] }
      guard let value = statistic(resample) else { return nil }
      distribution.append(value)
    }
    var leftOut: [Double] = []
    for index in values.indices {
      var rest = values
      rest.remove(at: index)
      guard let value = statistic(rest) else { return nil }
      leftOut.append(value)
    }
    return interval(
      of: distribution, observed: observed, leftOut: leftOut, confidence: confidence, count: values.count)
  }

  private static func isPossible(_ values: [Double], _ confidence: Double, _ resamples: Int) -> Bool {
    values.count >= 2 && values.allSatisfy(\.isFinite) && confidence > 0 && confidence < 1 && resamples >= 100
      && resamples <= mostDraws / values.count
  }

  /// The interval from statistics of resamples and of the sample without each value.
  static func interval(
    of distribution: [Double], observed: Double, leftOut: [Double], confidence: Double, count: Int
  ) -> Interval? {
    guard observed.isFinite, distribution.allSatisfy(\.isFinite), leftOut.allSatisfy(\.isFinite),
      let centre = Average.mean(leftOut), let least = distribution.min(), let most = distribution.max()
    else { return nil }
    func made(_ lower: Double, _ upper: Double) -> Interval {
      Interval(lower: lower, upper: upper, confidence: confidence, count: count)
    }
    if least == most { return made(least, most) }
    // Half of the equal ones count as below.
    let below = distribution.count { $0 < observed } + distribution.count { $0 <= observed }
    guard let bias = Normal.quantile(Double(below) / Double(2 * distribution.count)),
      let z = Normal.quantile((1 - confidence) / 2)
    else { return nil }
    let squares = leftOut.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let cubes = leftOut.reduce(0) { $0 + (centre - $1) * (centre - $1) * (centre - $1) }
    let acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    func share(_ z: Double) -> Double { Normal.below(bias + (bias + z) / (1 - acceleration * (bias + z))) }
    let sorted = Sorting.ascending(distribution)
    let (lower, upper) = (percentile(share(z), sorted), percentile(share(-z), sorted))
    return lower <= upper ? made(lower, upper) : nil
  }

  /// Between the two neighbouring values, linearly (definition 7 of Hyndman and Fan, 1996).
  private static func percentile(_ share: Double, _ sorted: [Double]) -> Double {
    let place = min(max(share, 0), 1) * Double(sorted.count - 1)
    let index = min(Int(place), sorted.count - 2)
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
