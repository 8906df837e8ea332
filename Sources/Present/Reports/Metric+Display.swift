import Analysis

extension Metric {
  /// The unit that people read values in, and how many of it one of the metric's own unit is.
  var shownUnit: (name: String, factor: Double) {
    switch self {
    case .latency, .tailLatency: ("ms", 1e3)
    case .throughput: ("samples/s", 1)
    case .energy: ("J/sample", 1)
    case .memory: ("MB", 1e-6)
    case .fidelity, .accuracy: ("%", 100)
    }
  }

  /// A value in ``shownUnit``, without its name.
  func shown(_ value: Double) -> String {
    let value = value * shownUnit.factor
    return switch self {
    case .latency, .tailLatency, .throughput, .energy, .fidelity: Figure.significant(value)
    case .memory: Figure.fixed(value, value < 10 ? 2 : 1)
    case .accuracy: Figure.fixed(value, 2)
    }
  }

  /// A value with its unit, for example `12.34 ms`.
  func text(_ value: Double) -> String { "\(shown(value)) \(shownUnit.name)" }

  /// A difference of shares in percentage points, for example `0.50 points`.
  func points(_ difference: Double) -> String {
    "\(self == .accuracy ? Figure.fixed(difference * 100, 2) : Figure.significant(difference * 100)) points"
  }

  /// A change of a value: a share of it, or for accuracy percentage points.
  func change(_ value: Double) -> String {
    let digits = abs(value) < 0.01 ? 2 : 1
    return self == .accuracy ? points(value) : Figure.percent(value, decimals: digits)
  }

  /// Name, unit and direction, for example `p50 latency, ms (lower is better)`.
  var heading: String { "\(title), \(shownUnit.name) (\(better.rawValue) is better)" }
}
