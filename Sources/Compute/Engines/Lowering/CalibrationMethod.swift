/// How the range that 8 bits cover is chosen from the values that a tensor took over calibration samples.
///
/// Wide ranges clip nothing and round coarsely; narrow ones clip rare values and round the others finely.
public enum CalibrationMethod: Hashable, Sendable, CustomStringConvertible {
  /// From the least to the greatest value.
  case minMax
  /// So that this many percent of the values lie inside: for u8 half of the others may lie outside at each end.
  case percentile(Double)
  /// The range whose quantised histogram diverges least from the whole one (Migacz, "8-bit inference with TensorRT", 2017).
  case entropy
  /// The range with the least mean squared error of clipping and rounding.
  case meanSquaredError

  /// The percentile where none is given.
  public static let defaultPercent = 99.99

  /// The method of that name, such as `percentile:99.9`, whatever its case.
  public init?(named name: String) {
    let parts = name.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("min-max", 1): self = .minMax
    case ("entropy", 1): self = .entropy
    case ("mean-squared-error", 1): self = .meanSquaredError
    case ("percentile", 1): self = .percentile(Self.defaultPercent)
    case ("percentile", 2):
      // Below half of the values nothing that calibration could mean is left.
      guard let percent = Double(parts[1]), percent >= 50, percent <= 100 else { return nil }
      self = .percentile(percent)
    default: return nil
    }
  }

  /// The name that ``init(named:)`` takes; one for each method.
  public var description: String {
    switch self {
    case .minMax: "min-max"
    case .percentile(let percent): percent == percent.rounded() ? "percentile:\(Int(percent))" : "percentile:\(percent)"
    case .entropy: "entropy"
    case .meanSquaredError: "mean-squared-error"
    }
  }

  /// What names there are, for messages and help.
  public static let names = "min-max, percentile (or percentile:99.9; 50 to 100), entropy, mean-squared-error"
}
