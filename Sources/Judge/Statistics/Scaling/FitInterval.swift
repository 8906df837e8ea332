/// A profile-likelihood interval of a fitted parameter.
public struct FitInterval: Codable, Hashable, Sendable {
  /// Lower end.
  public let lower: Double
  /// Upper end; nil where the data allow values without end.
  public let upper: Double?
  /// The share of such intervals that hold the true value, for example 0.95.
  public let confidence: Double

  /// Whether a value lies inside.
  public func contains(_ value: Double) -> Bool { value >= lower && upper.map { value <= $0 } ?? true }
}
