import Analysis

/// Cells of one run side by side as Markdown, one table a family.
public struct ModeMarkdown {
  private let comparison: ModeComparison
  private let record: String

  /// Makes a text.
  ///
  /// - Parameter record: what the record is called, for example its file.
  public init(_ comparison: ModeComparison, record: String) {
    self.comparison = comparison
    self.record = record
  }

  /// The text.
  public var text: String {
    let head = "### \(MarkdownText.escaped(record)) by \(comparison.dimension.rawValue)"
    let notes =
      comparison.notes.map { "- \(MarkdownText.escaped($0))" }
      + comparison.alone.map { "- nothing to hold against: \(MarkdownText.escaped($0))" }
    let parts = [[head]] + comparison.families.map(table) + [notes, [Self.legend]]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private func table(_ family: ModeComparison.Family) -> [String] {
    let lines = ModeLine.all(of: family)
    let modes = family.modes.map { (title: MarkdownText.escaped($0.label), isNumber: true) }
    return MarkdownText.table(
      [(MarkdownText.escaped(family.name), false)] + modes,
      lines.map { line in
        [line.title.trimmed]
          + family.modes.enumerated().map { MarkdownText.escaped(line.value($0.element, $0.offset == 0)) }
      })
  }

  private static let legend =
    "Ratios are over the first column; `~` cannot be told. Emulated cells have an exact error and no speed."
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
