import Analysis

extension Metric {
  /// A value with the unit that people read it in, for example `12.34 ms`.
  func text(_ value: Double) -> String {
    switch self {
    case .latency, .tailLatency: "\(Figure.significant(value * 1e3)) ms"
    case .throughput: "\(Figure.significant(value))/s"
    case .energy: "\(Figure.significant(value)) J"
    case .memory: "\(Figure.fixed(value / 1e6, value < 1e7 ? 2 : 1)) MB"
    case .fidelity: "\(Figure.significant(value * 100)) %"
    case .accuracy: "\(Figure.fixed(value * 100, 2)) %"
    }
  }

  /// A change of a value: a share of it, or for accuracy percentage points.
  func change(_ value: Double) -> String {
    let digits = abs(value) < 0.01 ? 2 : 1
    return self == .accuracy ? "\(Figure.fixed(value * 100, 2)) points" : Figure.percent(value, decimals: digits)
  }
}
