import Analysis

/// Changes as text: signed percentages, factors where they are large, differences where the metric has no ratio.
enum ChangeText {
  /// A ratio as a change of the base, for example `+3.2 %`, `-0.45 %`, `x4.10`.
  static func ratio(_ ratio: Double) -> String {
    // A percentage of several hundreds is hard to read, and -99.9 % hides how much is left.
    guard ratio < 3, ratio > 1.0 / 3 else { return "x\(large(ratio))" }
    return "\(signed(percent: (ratio - 1) * 100)) %"
  }

  /// An interval of ratios, for example `-1.2 to +3.4 %`; as factors where one of its ends is one.
  static func interval(_ lower: Double, _ upper: Double) -> String {
    let ends = [lower, upper].map(ratio)
    guard ends.allSatisfy({ $0.hasSuffix(" %") }) else { return "x\(large(lower)) to x\(large(upper))" }
    return "\(ends[0].dropLast(2)) to \(ends[1])"
  }

  /// A share of the base without a sign, for example `5.2 %`.
  static func share(_ share: Double) -> String {
    share < 3 ? "\(digits(share * 100)) %" : "x\(large(share + 1))"
  }

  /// A difference of shares with its sign, for example `+0.31 points`.
  static func difference(_ value: Double, of metric: Metric) -> String {
    value == 0 ? "0" : (value > 0 ? "+" : "") + metric.points(value)
  }

  /// What a comparison says changed; empty where it has no figure.
  static func change(_ entry: MetricComparison) -> String {
    entry.ratio.map { ratio($0.ratio) } ?? entry.difference.map { difference($0, of: entry.metric) } ?? ""
  }

  /// The interval of a comparison; empty where there is none.
  static func interval(_ entry: MetricComparison) -> String {
    guard let lower = entry.ratio?.lower, let upper = entry.ratio?.upper else { return "" }
    return interval(lower, upper)
  }

  /// The verdict in a word; of what cannot be told with the change that could have been.
  static func verdict(_ entry: MetricComparison) -> String {
    switch entry.change {
    case .better, .worse, .higher, .lower, .same: entry.change.rawValue
    case .unavailable: "n/a"
    case .unclear: entry.ratio.map { "~ (\($0.detectable.map(share) ?? "few"))" } ?? "~ (scatter)"
    }
  }

  /// Four digits, with a power of ten beyond a million.
  static func large(_ value: Double) -> String {
    guard abs(value) >= 1e6, value.isFinite else { return Figure.significant(value) }
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) >= 9.9995 {
      mantissa /= 10
      exponent += 1
    }
    return "\(Figure.fixed(mantissa, 3))e\(exponent)"
  }

  private static func signed(percent: Double) -> String {
    let text = digits(abs(percent))
    if text.allSatisfy({ $0 == "0" || $0 == "." }) { return "0.0" }
    return (percent < 0 ? "-" : "+") + text
  }

  /// One decimal, two below 1, three below 0.1: small changes are what many comparisons are about.
  private static func digits(_ percent: Double) -> String {
    Figure.fixed(percent, percent < 0.095 ? 3 : percent < 0.95 ? 2 : 1)
  }
}
