/// What a comparison says of one figure.
public enum Change: String, Codable, CaseIterable, Hashable, Sendable {
  /// The candidate is better, in the metric's direction.
  case better
  /// The candidate is worse, in the metric's direction.
  case worse
  /// The candidate is higher, and nobody said which way is better.
  case higher
  /// The candidate is lower, and nobody said which way is better.
  case lower
  /// Every value is the same on both sides.
  case same
  /// It cannot be told: the interval contains no change, or there are too few values for one. Not the same as equal. Shown as `~`.
  case unclear
  /// One of the two has no figure that may be compared.
  case unavailable

  /// Whether a change was told.
  public var isChange: Bool {
    switch self {
    case .better, .worse, .higher, .lower: true
    case .same, .unclear, .unavailable: false
    }
  }

  /// What a step up or down is to somebody for whom `direction` is better.
  ///
  /// - Parameter direction: nil where nobody said.
  static func step(isUp: Bool, direction: Metric.Direction?) -> Change {
    switch direction {
    case nil: isUp ? .higher : .lower
    case .higher: isUp ? .better : .worse
    case .lower: isUp ? .worse : .better
    }
  }
}
