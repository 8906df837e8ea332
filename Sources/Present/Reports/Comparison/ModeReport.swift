import Analysis
import NumericFormats

/// Cells of one run side by side, one column each, for a terminal.
public struct ModeReport {
  private let comparison: ModeComparison
  private let record: String
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameter record: what the record is called, for example its file.
  public init(_ comparison: ModeComparison, record: String, style: ReportStyle) {
    self.comparison = comparison
    self.record = record
    self.style = style
  }

  /// The report.
  public var text: String {
    let head = style.paragraph("by \(comparison.dimension.rawValue): \(record)", lead: "Compared  ")
    let sections = [head] + comparison.families.map(section) + [notes, alone, legend]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  /// A family's table; as many tables as its columns need, each with the first column again.
  private func section(_ family: ModeComparison.Family) -> [String] {
    guard let first = family.modes.first else { return [] }
    let lines = ModeLine.all(of: family)
    let leads = lines.map(\.title.displayWidth).max() ?? 0
    let widths = family.modes.map { mode in
      max(mode.label.displayWidth, lines.map { $0.value(mode, mode == first).displayWidth }.max() ?? 0)
    }
    var blocks: [[Int]] = [[0]]
    var used = leads + 2 + widths[0]
    for index in family.modes.indices.dropFirst() {
      if used + 2 + widths[index] > style.tableWidth, let last = blocks.last, last.count > 1 {
        blocks.append([0])
        used = leads + 2 + widths[0]
      }
      blocks[blocks.count - 1].append(index)
      used += 2 + widths[index]
    }
    var result = [style.text(family.name, .title)]
    for (number, block) in blocks.enumerated() {
      var table = TextTable([.init("")] + block.map { .init(family.modes[$0].label, .right) })
      for line in lines {
        table.add(row: [line.title] + block.map { line.value(family.modes[$0], $0 == 0) })
      }
      result += (number > 0 ? [""] : []) + table.rendered(style)
    }
    return result
  }

  private var notes: [String] {
    let notes = comparison.notes
    return notes.isEmpty ? [] : [style.text("Notes", .title)] + notes.flatMap { style.paragraph($0, lead: "  ") }
  }

  private var alone: [String] {
    guard !comparison.alone.isEmpty else { return [] }
    return [style.text("Nothing to hold against", .title)]
      + ComparisonReport.listed(comparison.alone).flatMap { style.paragraph($0, lead: "  ") }
  }

  private var legend: [String] {
    let modes = comparison.families.flatMap(\.modes)
    var notes: [(lead: String, text: String)] = [
      (
        "x1.50",
        "over the first column, the base, by Hodges and Lehmann's estimate, which may differ from the ratio of the figures: "
          + "these are medians over rounds. `~`: cannot be told, and the interval or n says why"
      ),
      ("n/a", "not available; the notes say why"),
    ]
    if modes.contains(where: { $0.execution == .emulated }) {
      notes.append(("emulated", "no engine computes it natively here: its error is exact, and it has no speed"))
    }
    if modes.contains(where: { $0.top1 != nil && !$0.isTop1Trustworthy }) {
      notes.append((FewDecisionsNote.mark, FewDecisionsNote.text(count: "decisions")))
    }
    return style.footnotes(notes)
  }
}

extension ModeComparison {
  /// Why figures are missing, each a sentence.
  var notes: [String] {
    let modes = families.flatMap(\.modes)
    var texts: [String] = []
    for mode in modes {
      let id = mode.id ?? mode.fidelityID ?? mode.label
      if let failure = mode.failure { texts.append("\(id) failed: \(failure).") }
      if let why = mode.whyNoFidelity { texts.append("\(id): error unknown. \(why)") }
    }
    for metric in Self.metrics {
      // Each reason once, with the cells that it keeps from being compared.
      var found: [(why: String, ids: [String])] = []
      for mode in modes where mode.execution == .native {
        guard let id = mode.id, let entry = mode.comparison(of: metric), entry.change == .unavailable,
          let why = entry.why
        else { continue }
        if let index = found.firstIndex(where: { $0.why == why }) {
          found[index].ids.append(id)
        } else {
          found.append((why, [id]))
        }
      }
      texts += found.map { why, ids in
        let cells = ids.count <= 2 ? ids.joined(separator: ", ") : Figure.counted(ids.count, "cell")
        return "\(metric.title) of \(cells): n/a. \(why)"
      }
    }
    return texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
