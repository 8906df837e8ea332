import Analysis

/// Two runs side by side as a comment for a pull request: what changed in the open, everything else behind a click.
///
/// Short enough for GitHub, which takes 65,536 characters a comment; what is left out for it is counted.
public struct ComparisonMarkdown {
  private let comparison: RunComparison
  private let names: (base: String, candidate: String)

  private let limits: Limits

  /// How much is shown before the rest is only counted.
  private struct Limits {
    /// Rows of a table.
    let rows: Int
    /// Entries of a list.
    let entries: Int
    /// Characters of a name or a reason; both come from records.
    let characters: Int

    /// From generous to whatever fits.
    static let all = [
      Limits(rows: 200, entries: 40, characters: 240), Limits(rows: 60, entries: 20, characters: 120),
      Limits(rows: 20, entries: 10, characters: 80), Limits(rows: 10, entries: 5, characters: 40),
    ]
  }

  /// What GitHub takes, less some room for what a bot adds; in units of UTF-16.
  private static let longest = 60_000

  /// Makes a comment.
  ///
  /// - Parameters:
  ///   - base: what the base is called, for example its file.
  ///   - candidate: what the candidate is called.
  public init(_ comparison: RunComparison, base: String, candidate: String) {
    self.init(comparison, base: base, candidate: candidate, Limits.all[0])
  }

  private init(_ comparison: RunComparison, base: String, candidate: String, _ limits: Limits) {
    self.comparison = comparison
    names = (base, candidate)
    self.limits = limits
  }

  /// The comment.
  public var text: String {
    let texts = Limits.all.lazy.map {
      ComparisonMarkdown(comparison, base: names.base, candidate: names.candidate, $0).whole
    }
    return texts.first { $0.utf16.count <= Self.longest } ?? texts[Limits.all.count - 1]
  }

  private var whole: String {
    let told = comparison.rows.filter { $0.entry.change.isChange }
    let others = comparison.rows.filter { $0.entry.change == .unclear || $0.entry.change == .same }
    let parts =
      [head, unlike] + [told.isEmpty ? ["No change can be told."] : table(told, withDetectable: false), means]
      + [
        details("\(others.count) without a change that can be told", table(others, withDetectable: true) + legend),
        details("not compared", bullets(comparison.notCompared)), details("notes", bullets(notes)),
        details("cells of one run only", bullets(missing)), details("what else differs", bullets(differences)),
        details("how to read this", bullets(comparison.cautions)),
      ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var head: [String] {
    [
      "### assay compare: \(MarkdownText.escaped(comparison.tally))", "",
      "Candidate \(shown(names.candidate)) (\(shown(comparison.candidate.createdAt))) against base \(shown(names.base)) "
        + "(\(shown(comparison.base.createdAt))), \(comparison.level) intervals, "
        + (comparison.isPaired ? "measured in turns." : "measured one after the other."),
    ]
  }

  private var unlike: [String] {
    let found = comparison.differences.filter { $0.weight == .unlike }
    return found.isEmpty
      ? []
      : ["**The two runs are unlike; what follows says little about the candidate:**", ""] + bullets(found.map(\.words))
  }

  private func shown(_ text: String) -> String { MarkdownText.escaped(text.shortened(to: limits.characters)) }

  private func table(_ rows: [RunComparison.Row], withDetectable: Bool) -> [String] {
    guard !rows.isEmpty else { return [] }
    var columns = [
      (title: "metric", isNumber: false), ("cell", false), ("base", true), ("candidate", true), ("change", true),
      ("\(comparison.level) interval", true), ("verdict", false),
    ]
    if withDetectable { columns.append(("could have been seen", true)) }
    var lines = MarkdownText.table(columns, rows.prefix(limits.rows).map { cells(of: $0, withDetectable) })
    if rows.count > limits.rows {
      lines += ["", "\(rows.count - limits.rows) more rows: `assay compare --json` has all."]
    }
    return lines
  }

  private func cells(of row: RunComparison.Row, _ withDetectable: Bool) -> [String] {
    let (metric, entry) = (row.entry.metric, row.entry)
    var cells = [
      "\(metric.title), \(metric.shownUnit.name)", shown(row.cell.id), entry.base.map { metric.shown($0.median) } ?? "",
      entry.candidate.map { metric.shown($0.median) } ?? "", ChangeText.change(entry), ChangeText.interval(entry),
      Self.verdict(entry),
    ]
    if withDetectable {
      cells.append(
        entry.change == .same
          ? "" : entry.ratio?.detectable.map(ChangeText.share) ?? (entry.ratio == nil ? "" : "too few rounds"))
    }
    return cells
  }

  /// An arrow for the direction of the value and a word for what it means.
  private static func verdict(_ entry: MetricComparison) -> String {
    let isUp = (entry.ratio.map { $0.ratio - 1 } ?? entry.difference ?? 0) > 0
    return switch entry.change {
    case .better, .worse, .higher, .lower: "\(isUp ? "\u{2191}" : "\u{2193}") \(entry.change.rawValue)"
    case .same: "same"
    case .unclear: "`~`"
    case .unavailable: "n/a"
    }
  }

  private var legend: [String] {
    [
      "",
      "`~` cannot be told, which is not equal: the last column says what change could have been seen with these rounds.",
    ]
  }

  private var means: [String] {
    guard !comparison.means.isEmpty else { return [] }
    let texts = comparison.means.map { mean in
      let all = comparison.rows(of: mean.metric).count
      return "\(mean.metric.title) \(ChangeText.ratio(mean.ratio)) (\(mean.metric.better.rawValue) is better, "
        + "\(mean.cells) of \(Figure.counted(all, "cell")))"
    }
    return ["Geometric means: \(texts.joined(separator: "; "))."]
  }

  private var notes: [String] {
    comparison.cells.flatMap { cell in cell.notes.map { "\(cell.id) \($0)." } } + comparison.disturbed.map { "\($0)." }
  }

  private var missing: [String] {
    comparison.onlyInBase.map { "only in the base: \($0)" }
      + comparison.onlyInCandidate.map { "only in the candidate: \($0)" }
  }

  private var differences: [String] { comparison.differences.filter { $0.weight != .unlike }.map(\.words) }

  private func bullets(_ texts: [String]) -> [String] {
    texts.prefix(limits.entries).map { "- \(shown($0))" }
      + (texts.count > limits.entries
        ? ["- and \(texts.count - limits.entries) more: `assay compare --json` has all"] : [])
  }

  private func details(_ title: String, _ lines: [String]) -> [String] {
    // Without an empty line before it a table within HTML stays text.
    lines.isEmpty || lines == legend
      ? [] : ["<details><summary>\(title)</summary>", ""] + lines + ["", "</details>"]
  }
}

extension RunDifference {
  /// It in one sentence and why it matters.
  fileprivate var words: String { "\(name): \(base) against \(candidate). \(why)" }
}
