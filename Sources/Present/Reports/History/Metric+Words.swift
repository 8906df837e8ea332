import Analysis

extension Metric {
  /// The unit and the scale that people read values in, for example milliseconds for latencies.
  var shownUnit: (name: String?, factor: Double) {
    switch self {
    case .latency, .tailLatency: ("ms", 1e3)
    case .throughput: ("samples/s", 1)
    case .energy: ("J/sample", 1)
    case .memory: ("MB", 1e-6)
    case .fidelity: (nil, 1)
    case .accuracy: ("%", 100)
    }
  }

  /// A value in ``shownUnit``, without its name.
  func shown(_ value: Double) -> String { Figure.significant(value * shownUnit.factor) }

  /// A value with its unit.
  func told(_ value: Double) -> String { [shown(value), shownUnit.name].compactMap(\.self).joined(separator: " ") }
}
