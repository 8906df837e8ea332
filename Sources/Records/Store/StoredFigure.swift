/// One metric of one cell of a record, or why there is none.
public struct StoredFigure: Codable, Hashable, Sendable {
  /// The metric's name.
  public let metric: String
  /// The figure in the metric's unit; nil where there is none.
  public let value: Double?
  /// The lower end of its 95 % interval; nil where too few values tell none.
  public let lower: Double?
  /// The upper end.
  public let upper: Double?
  /// Independent values behind it.
  public let count: Int
  /// Where it comes from, where that matters, such as the meter behind joules.
  public let source: String?
  /// Why there is no figure, as a sentence; nil where there is one.
  public let missing: String?
  /// The value of every round; nil where the version that added the record did not keep them.
  public let rounds: [StoredRound]?

  /// Makes a figure.
  public init(
    metric: String, value: Double?, lower: Double? = nil, upper: Double? = nil, count: Int, source: String? = nil,
    missing: String? = nil, rounds: [StoredRound]? = nil
  ) {
    self.metric = metric
    self.value = value
    self.lower = lower
    self.upper = upper
    self.count = count
    self.source = source
    self.missing = missing
    self.rounds = rounds
  }
}
