/// A parameter of a law of scaling.
public struct FittedParameter: Codable, Hashable, Sendable {
  /// The estimate.
  public let value: Double
  /// What the data allow; nil where there are as many values as parameters, so that nothing says how much they scatter.
  public let interval: FitInterval?
  /// Whether the estimate lies at the limit of what the parameter can mean, and the data by themselves ask for a value
  /// beyond: a sigma below 0 (throughput grows faster than threads do) or above 1, or a kappa below 0.
  public let isHeldAtLimit: Bool
}
