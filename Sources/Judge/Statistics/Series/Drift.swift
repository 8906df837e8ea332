import Glibc

/// Whether values in the order of time go one way, and whether each resembles the one before.
public struct Drift: Codable, Hashable, Sendable {
  /// Values in the series.
  public let count: Int
  /// Kendall's tau-b of values and time: 1 where each is above all before it.
  public let tau: Double
  /// Two-sided p-value of no trend (Mann 1945; Kendall 1975): exact without ties up to 100 values, beyond from the normal
  /// distribution with the correction for ties.
  public let p: Double
  /// The median of the slopes of all pairs, in units of the values a step (Theil 1950; Sen 1968).
  public let slope: Double
  /// The correlation of each value with the next; about -1/n where there is none, nil for constant values.
  public let autocorrelation: Double?

  /// Above this many values slopes are those of pairs half the series apart (Hussain and Sprent 1983), not of all pairs.
  static let mostForAllPairs = 2000
  /// No longer series is looked at in full: of a longer one the last so many values are.
  public static let mostValues = 1_000_000

  /// nil for fewer than 4 values, for values that are not finite and for a constant series.
  public init?(_ values: [Double]) {
    let values = values.count > Self.mostValues ? Array(values.suffix(Self.mostValues)) : values
    guard values.count >= 4, values.allSatisfy(\.isFinite), let trend = KendallTrend(values) else { return nil }
    guard let slope = Median.of(Self.slopes(values)), slope.isFinite else { return nil }
    count = values.count
    tau = trend.tau
    p = trend.p
    self.slope = slope
    autocorrelation = Self.autocorrelation(values)
  }

  /// Whether a trend is there at this level.
  public func isTrend(level: Double = 0.05) -> Bool { p <= level }

  /// Whether neighbouring values resemble each other more than chance does in 1 of 20 series: 1.645 standard errors, 1/sqrt(n),
  /// above -1/n (Box and Jenkins).
  public var isAutocorrelated: Bool {
    let n = Double(count)
    return autocorrelation.map { $0 > -1 / n + 1.645 / n.squareRoot() } ?? false
  }

  private static func slopes(_ values: [Double]) -> [Double] {
    if values.count > mostForAllPairs {
      let half = values.count / 2
      return (0..<(values.count - half)).map { (values[$0 + half] - values[$0]) / Double(half) }
    }
    var slopes: [Double] = []
    slopes.reserveCapacity(values.count * (values.count - 1) / 2)
    for first in values.indices {
      for second in (first + 1)..<max(values.count, first + 1) {
        slopes.append((values[second] - values[first]) / Double(second - first))
      }
    }
    return slopes
  }

  private static func autocorrelation(_ values: [Double]) -> Double? {
    guard let mean = Average.mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let products = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    let result = products / squares
    return result.isFinite ? result : nil
  }
}
