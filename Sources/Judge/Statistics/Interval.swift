/// A confidence interval.
public struct Interval: Codable, Hashable, Sendable {
  /// Lower end.
  public let lower: Double
  /// Upper end.
  public let upper: Double
  /// The share of such intervals that hold the true value, for example 0.95.
  public let confidence: Double
  /// Values behind it.
  public let count: Int

  /// Makes an interval.
  public init(lower: Double, upper: Double, confidence: Double, count: Int) {
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
    self.count = count
  }

  /// Half of the distance between the ends.
  public var halfWidth: Double { (upper - lower) / 2 }
}
