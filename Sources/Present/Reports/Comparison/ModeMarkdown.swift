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
    let head = "### \(MarkdownCell.text(record)) by \(comparison.dimension.rawValue)"
    let notes =
      comparison.notes.map { "- \(MarkdownCell.text($0))" }
      + comparison.alone.map { "- nothing to hold against: \(MarkdownCell.text($0))" }
    let parts = [[head]] + comparison.families.map(table) + [notes, [Self.legend]]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private func table(_ family: ModeComparison.Family) -> [String] {
    let lines = ModeLine.all(of: family)
    let heads = [MarkdownCell.text(family.name)] + family.modes.map { MarkdownCell.text($0.label) }
    return [
      MarkdownCell.row(heads), MarkdownCell.row(["---"] + family.modes.map { _ in "---:" }),
    ]
      + lines.map { line in
        MarkdownCell.row(
          [line.title.trimmed]
            + family.modes.enumerated().map { MarkdownCell.text(line.value($0.element, $0.offset == 0)) })
      }
  }

  private static let legend =
    "Ratios are over the first column; `~` cannot be told. Emulated cells have an exact error and no speed."
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
