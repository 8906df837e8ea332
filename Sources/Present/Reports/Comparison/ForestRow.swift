import Analysis

/// One effect of a forest plot: a name, a ratio, how far it may be off and what it means.
struct ForestRow: Hashable {
  let name: String
  let ratio: Double
  let ends: ClosedRange<Double>?
  let verdict: String
  /// Whether the interval excludes no change: a filled mark.
  let isTold: Bool

  /// nil where a comparison has no ratio.
  init?(_ name: String, _ entry: MetricComparison) {
    guard let ratio = entry.ratio else { return nil }
    self.name = name
    self.ratio = ratio.ratio
    if let lower = ratio.lower, let upper = ratio.upper, lower <= upper { ends = lower...upper } else { ends = nil }
    verdict = ChangeText.verdict(entry)
    isTold = entry.change.isChange
  }

  /// What a pointer or a screen reader is told.
  var hint: String {
    let interval = ends.map { " (\(ChangeText.interval($0.lowerBound, $0.upperBound)))" } ?? ", no interval"
    return "\(name): \(ChangeText.ratio(ratio))\(interval), \(verdict)"
  }
}
