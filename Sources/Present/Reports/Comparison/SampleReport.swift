import Analysis

/// Two columns of numbers held against each other, for a terminal.
public struct SampleReport {
  private let comparison: SampleComparison
  private let names: (base: String, candidate: String)
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - base: what the base is called, for example its file.
  ///   - candidate: what the candidate is called.
  public init(_ comparison: SampleComparison, base: String, candidate: String, style: ReportStyle) {
    self.comparison = comparison
    names = (base, candidate)
    self.style = style
  }

  /// The report.
  public var text: String {
    let lines = columns + [""] + result
    return lines.joined(separator: "\n") + "\n"
  }

  private var columns: [String] {
    var table = TextTable([
      .init("", isShortenable: true), .init("n", .right), .init("median", .right), .init("mean", .right),
      .init("geometric mean", .right, dropOrder: 1), .init("least", .right, dropOrder: 2),
      .init("greatest", .right, dropOrder: 3),
    ])
    for (name, column) in [(names.base, comparison.base), (names.candidate, comparison.candidate)] {
      table.add(row: [
        name, "\(column.count)", Self.number(column.median), column.mean.map(Self.number) ?? "n/a",
        column.geometricMean.map(Self.number) ?? "n/a", Self.number(column.least), Self.number(column.greatest),
      ])
    }
    return table.rendered(style)
  }

  private var result: [String] {
    let isRatio = comparison.scale == .ratio
    let name = isRatio ? "Ratio" : "Difference"
    let change = isRatio ? " (\(ChangeText.ratio(comparison.estimate)))" : ""
    let level = "\(Figure.plain(comparison.confidence * 100)) %"
    let interval =
      if let lower = comparison.lower, let upper = comparison.upper {
        "\(Self.number(lower)) to \(Self.number(upper))"
          + (isRatio ? " (\(ChangeText.interval(lower, upper)))" : "")
      } else {
        "none"
      }
    let test = comparison.test.name == "signed-rank" ? "Wilcoxon's signed ranks" : "Mann and Whitney"
    let p = comparison.p.map { "\(Self.number($0)), two-sided" } ?? "n/a"
    var lines: [(String, String)] = [
      (name, "\(Self.number(comparison.estimate))\(change), candidate \(isRatio ? "over" : "less") base"),
      ("Interval", "\(interval), \(level)"),
      (
        "p",
        "\(p) (\(test)\(isRatio && comparison.isPaired ? " of logarithms" : ""), \(comparison.test.isExact ? "exact" : "normal approximation"))"
      ),
      ("Verdict", verdict),
    ]
    if let detectable = comparison.detectable {
      let text = isRatio ? ChangeText.share(detectable) : Self.number(detectable)
      lines.append(("Detectable", "about \(text) with these numbers"))
    }
    return lines.flatMap { style.paragraph($0.1, lead: $0.0.padded(to: 12, .left)) }
  }

  private var verdict: String {
    switch comparison.change {
    case .better, .worse: "the candidate is \(comparison.change.rawValue)"
    case .higher, .lower: "the candidate is \(comparison.change.rawValue)"
    case .same: "the same: every number of both is equal"
    case .unclear: "~ cannot be told, which is not equal. \(comparison.why ?? "")"
    case .unavailable: "n/a"
    }
  }

  /// Six digits: enough to be checked against other programs.
  private static func number(_ value: Double) -> String {
    let size = abs(value)
    guard size > 0, size < 1e12, size >= 1e-4 else { return size == 0 ? "0" : ChangeText.large(value) }
    var decimals = 6
    var limit = 1.0
    while decimals > 0, size >= limit {
      limit *= 10
      decimals -= 1
    }
    return Figure.fixed(value, size < 0.01 ? 8 : decimals)
  }
}
