import NumericFormats
import Records

/// What runs are compared by: one figure of a cell, in one unit, with a direction.
///
/// Raw values are the names in files of limits, on the command line, in the store and in exports.
public enum Metric: String, Codable, CaseIterable, CodingKeyRepresentable, Hashable, Sendable {
  /// The median latency of a query, seconds; SingleStream only.
  case latency
  /// The 99th percentile of the latency of a query, seconds; SingleStream only.
  case tailLatency = "latency-p99"
  /// Samples a second.
  case throughput
  /// Joules a sample, as a meter told; modelled joules are compared with nothing.
  case energy
  /// The largest resident set of a worker, bytes.
  case memory
  /// The relative error of the outputs against FP32's, 10^(-SQNR/20): 0 where they are identical.
  case fidelity
  /// The share of decisions that agree with FP32's, or the rank correlation with labels where the workload has a task; 0 to 1.
  case accuracy

  /// Which way is better.
  public enum Direction: String, Codable, Hashable, Sendable {
    /// As latency.
    case lower
    /// As throughput.
    case higher
  }

  /// How two values are held against each other.
  public enum Scale: String, Codable, Hashable, Sendable {
    /// By their ratio, as everything that time or power makes: rounds scatter, and logarithms of ratios are tested.
    case ratio
    /// By their difference, as a share of decisions: the same program gives the same value in every round, so that nothing is
    /// left to a test.
    case difference
  }

  /// Which way is better.
  public var better: Direction {
    switch self {
    case .throughput, .accuracy: .higher
    case .latency, .tailLatency, .energy, .memory, .fidelity: .lower
    }
  }

  /// How two values are held against each other.
  public var scale: Scale {
    switch self {
    case .fidelity, .accuracy: .difference
    case .latency, .tailLatency, .throughput, .energy, .memory: .ratio
    }
  }

  /// Whether cells of this kind can have it at all: speed, energy and latencies where time is measured natively, closeness to FP32 where that
  /// is compared.
  public func applies(to cell: Cell) -> Bool {
    switch self {
    case .memory: true
    case .fidelity, .accuracy: cell.measurement == .fidelity
    case .latency, .tailLatency: cell.execution == .native && cell.measurement == .performance(.singleStream)
    case .throughput, .energy: cell.execution == .native && cell.measurement != .fidelity
    }
  }

  /// The unit of values: SI, without prefixes; empty for shares.
  public var unit: String {
    switch self {
    case .latency, .tailLatency: "s"
    case .throughput: "samples/s"
    case .energy: "J/sample"
    case .memory: "B"
    case .fidelity, .accuracy: ""
    }
  }

  /// What people call it, for tables.
  public var title: String {
    switch self {
    case .latency: "p50 latency"
    case .tailLatency: "p99 latency"
    case .throughput: "throughput"
    case .energy: "energy"
    case .memory: "peak memory"
    case .fidelity: "relative error"
    case .accuracy: "accuracy"
    }
  }
}
