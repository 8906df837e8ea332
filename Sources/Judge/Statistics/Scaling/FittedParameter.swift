/// A parameter of a law of scaling.
public struct FittedParameter: Codable, Hashable, Sendable {
  /// The estimate.
  public let value: Double
  /// What the data allow; nil where there are as many values as parameters, so that nothing says how much they scatter.
  public let interval: FitInterval?
  /// Whether the estimate lies at the limit of what the parameter can mean, so that the data by themselves ask for a
  /// value at or beyond it: a sigma of 0 (throughput grows as fast as threads do, or faster) or 1, a kappa of 0.
  public let isHeldAtLimit: Bool
}
