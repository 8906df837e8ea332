import Analysis

/// A gate's outcome as Markdown, for a pull request or a job summary: the verdict first, then the cases, then how it errs.
public struct GateMarkdown {
  private let outcome: GateResult
  private let title: String
  /// The most rows of a table, and reasons: a comment of GitHub's has at most 65,536 characters.
  private static let (mostRows, mostReasons) = (80, 40)

  /// Makes a page. `title` says what was held against what.
  public init(_ outcome: GateResult, title: String) {
    self.outcome = outcome
    self.title = title
  }

  /// The page, ended by a line feed.
  public var text: String {
    var lines = [
      "### \(Self.mark(outcome.verdict)) \(outcome.verdict.rawValue)", "", MarkdownText.escaped(title), "",
      MarkdownText.escaped(outcome.reason), "",
    ]
    let open = outcome.cases.filter { $0.verdict != .pass || $0.isImprovement }
    let rest = outcome.cases.filter { $0.verdict == .pass && !$0.isImprovement }
    if !open.isEmpty { lines += table(open) + [""] }
    if !rest.isEmpty {
      lines +=
        ["<details><summary>\(Figure.counted(rest.count, "case")) within the limits</summary>", ""] + table(rest) + [
          "", "</details>", "",
        ]
    }
    let words = GateWords(outcome)
    let notes = [words.falseAlarms, words.detectable, words.machine, outcome.effort.map(GateWords.effort)].compactMap(
      \.self)
    lines += notes.map { "- \(MarkdownText.escaped($0))" }
    let reasons = reasons
    lines += reasons.prefix(Self.mostReasons).map { "- \(MarkdownText.escaped($0))" }
    if reasons.count > Self.mostReasons { lines.append("- and \(reasons.count - Self.mostReasons) more: \(Self.all)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private var reasons: [String] {
    outcome.cases.compactMap { entry in entry.reason.map { "\(entry.cell), \(entry.metric.title): \($0)" } }
      + outcome.notes
  }

  private func table(_ cases: [GateCase]) -> [String] {
    let left = cases.count - Self.mostRows
    let table = MarkdownText.table(
      [
        ("cell", false), ("metric", false), ("base", true), ("candidate", true), ("worse by", true), ("limit", true),
        ("can see", true), ("verdict", false),
      ],
      cases.prefix(Self.mostRows).map { entry in
        [
          MarkdownText.escaped(entry.cell), entry.metric.title, entry.base.map(entry.metric.text) ?? "",
          entry.candidate.map(entry.metric.text) ?? "", GateWords.worse(entry),
          entry.limit.map(entry.metric.change) ?? "", entry.detectable.map(entry.metric.change) ?? "",
          entry.verdict == .pass ? GateWords.verdict(entry) : "**\(GateWords.verdict(entry))**",
        ]
      })
    return left > 0 ? table + ["", "\(Figure.counted(left, "more row")): \(Self.all)"] : table
  }

  private static let all = "`assay gate --json` has all."

  /// A sign that is told apart without colour.
  private static func mark(_ verdict: Verdict) -> String {
    switch verdict {
    case .pass: "✔"
    case .regression: "✘"
    case .inconclusive: "≈"
    case .unfit: "⚠"
    }
  }
}
