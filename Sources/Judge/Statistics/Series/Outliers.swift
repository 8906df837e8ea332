/// Values far from the others. They are named, never dropped: a slow round is a round.
public enum Outliers {
  /// From this modified z-score on a value is far off (Iglewicz and Hoaglin, How to detect and handle outliers, 1993).
  public static let farScore = 3.5

  /// One value that is far off.
  public struct Outlier: Codable, Hashable, Sendable {
    /// Its place among the values.
    public let index: Int
    /// The value.
    public let value: Double
    /// 0.6745 times its distance from the median over the median of such distances; nil where that median is 0.
    public let score: Double?
    /// How many widths of the middle half it lies beyond the nearer quartile (Tukey, Exploratory data analysis, 1977); above
    /// 1.5 is outside, above 3 far outside. nil where the middle half has no width.
    public let fence: Double?
  }

  /// The values with a score of ``farScore`` or more, or beyond Tukey's inner fences of 1.5 widths, in their order.
  ///
  /// - Returns: None for fewer than 5 values and for values that are not finite. Where more than half of the values are equal,
  ///   scores do not exist; where the middle half is, every other value is named.
  public static func find(_ values: [Double]) -> [Outlier] {
    guard values.count >= 5, values.allSatisfy(\.isFinite) else { return [] }
    let sorted = values.sorted()
    guard let median = Median.of(values), let deviation = Median.of(values.map { abs($0 - median) }) else { return [] }
    let (lower, upper) = (quartile(0.25, sorted), quartile(0.75, sorted))
    let width = upper - lower
    return values.enumerated().compactMap { index, value in
      let score = deviation > 0 ? 0.6745 * abs(value - median) / deviation : nil
      let beyond = max(lower - value, value - upper, 0)
      let fence = width > 0 ? beyond / width : nil
      let isFar = (score.map { $0 >= farScore } ?? false) || (fence.map { $0 > 1.5 } ?? (beyond > 0))
      return isFar ? Outlier(index: index, value: value, score: score, fence: fence) : nil
    }
  }

  /// Between the two neighbouring values, linearly (definition 7 of Hyndman and Fan, 1996).
  static func quartile(_ share: Double, _ sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let index = min(Int(place), sorted.count - 2)
    let rest = place - Double(index)
    return sorted[index] * (1 - rest) + sorted[index + 1] * rest
  }
}
