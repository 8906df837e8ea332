import Analysis

extension Metric {
  /// The unit that people read it in; empty for shares.
  var shownUnit: String {
    switch self {
    case .latency, .tailLatency: "ms"
    case .throughput: "samples/s"
    case .energy: "J/sample"
    case .memory: "MB"
    case .fidelity, .accuracy: ""
    }
  }

  /// A value in ``shownUnit``.
  func shown(_ value: Double) -> String {
    switch self {
    case .latency, .tailLatency: Figure.significant(value * 1e3)
    case .throughput, .energy, .fidelity: Figure.significant(value)
    case .memory: Figure.fixed(value / 1e6, value < 1e7 ? 2 : 1)
    case .accuracy: Figure.fixed(value, 4)
    }
  }

  /// Name, unit and direction, for example `p50 latency, ms (lower is better)`.
  var heading: String {
    "\(title)\(shownUnit.isEmpty ? "" : ", \(shownUnit)") (\(better.rawValue) is better)"
  }
}
