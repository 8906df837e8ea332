import Analysis

/// One figure of a cell for programs that know names, values and bounds.
struct ExportFigure {
  let kind: Kind
  /// In the unit of ``Kind/unit``; finite.
  let value: Double
  /// What ``Kind/bounds`` says; nil where one round cannot tell.
  let lower: Double?
  let upper: Double?
  /// The meter or the model behind energy; nil for other figures.
  let source: String?

  init(_ kind: Kind, _ value: Double, lower: Double? = nil, upper: Double? = nil, source: String? = nil) {
    self.kind = kind
    self.value = value
    // No figure here can be negative, whatever an interval of few rounds allows.
    self.lower = lower.map { max(0, $0) }
    self.upper = upper
    self.source = source
  }

  /// Kinds of figures; raw values are their names in files.
  enum Kind: String, CaseIterable {
    case latency
    case tailLatency = "latency_p99"
    case throughput
    case energy
    /// Never under the name of what a meter told.
    case modelledEnergy = "energy_modelled"
    case memory = "peak_memory"
    case error = "relative_error"
    case accuracy

    /// What values of rounds are compared by.
    var metric: Metric {
      switch self {
      case .latency: .latency
      case .tailLatency: .tailLatency
      case .throughput: .throughput
      case .energy, .modelledEnergy: .energy
      case .memory: .memory
      case .error: .fidelity
      case .accuracy: .accuracy
      }
    }

    /// Which way is better.
    var better: Metric.Direction { metric.better }

    /// The unit of values: SI, without prefixes.
    var unit: String { metric.unit }

    /// What people call it.
    var title: String { self == .modelledEnergy ? "modelled energy" : metric.title }

    /// What it is of, for formats with room to say so.
    var meaning: String {
      switch self {
      case .latency: "median latency of a query over all rounds"
      case .tailLatency: "99th percentile of the latency of a query over all rounds"
      case .throughput: "samples a second, mean over rounds"
      case .energy: "metered energy of a sample"
      case .modelledEnergy: "energy of a sample by a model, not measured; never compare it with metered energy"
      case .memory: "largest resident set of a worker"
      case .error: "relative error of the outputs against FP32"
      case .accuracy: "share of decisions that agree with FP32, or rank correlation with labels"
      }
    }

    /// What lower and upper bounds are.
    var bounds: String {
      switch self {
      case .latency, .tailLatency: "the least and the largest of a round"
      case .throughput: "95 % interval of the mean"
      case .energy: "what the meter leaves open, or the 95 % interval over rounds where that is wider"
      case .modelledEnergy: "the model's own bounds"
      case .memory, .error, .accuracy: "none"
      }
    }
  }
}
