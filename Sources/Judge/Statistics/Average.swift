/// Averages of finite values. Each returns nil for no values, for a value that is not finite and for a result that a
/// `Double` cannot hold.
public enum Average {
  /// The arithmetic mean.
  public static func mean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let first = values.reduce(0, +) / count
    // The second pass removes most of the first one's rounding: equal values have exactly their own mean.
    let mean = first + values.reduce(0) { $0 + ($1 - first) } / count
    return mean.isFinite ? mean : nil
  }

  /// The sample standard deviation, with n - 1 in the denominator; nil also for fewer than two values.
  public static func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count >= 2, let mean = mean(values) else { return nil }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return variance.isFinite ? variance.squareRoot() : nil
  }
}
