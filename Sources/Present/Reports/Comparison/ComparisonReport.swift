import Analysis
import Records

/// Two runs side by side, for a terminal.
public struct ComparisonReport {
  private let comparison: RunComparison
  private let names: (base: String, candidate: String)
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - base: what the base is called, for example its file.
  ///   - candidate: what the candidate is called.
  public init(_ comparison: RunComparison, base: String, candidate: String, style: ReportStyle) {
    self.comparison = comparison
    names = (base, candidate)
    self.style = style
  }

  /// The report.
  public var text: String {
    let sections = [
      head, differences(.unlike), table, means, notCompared, notes, missing, differences(.doubtful),
      differences(.noted), cautions,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var head: [String] {
    let described = [("Base", names.base, comparison.base), ("Candidate", names.candidate, comparison.candidate)]
    let runs = described.flatMap { lead, name, run in
      style.paragraph(
        [name, run.createdAt, "Assay \(run.tool.version) \(run.tool.configuration)", run.cpuModel].joined(
          separator: " · "), lead: lead.padded(to: 11, .left))
    }
    var result = "\(comparison.tally); \(comparison.level) intervals"
    // What is the same in every round needs no test.
    let changes = comparison.rows.count { row in
      (row.entry.change == .better || row.entry.change == .worse) && row.entry.ratio?.lower != nil
    }
    if comparison.changesAfterHolm < changes {
      result +=
        "; \(comparison.changesAfterHolm) of \(Figure.counted(changes, "tested change")) would remain with Holm's "
        + "correction for so many rows: more rounds tell more"
    }
    if comparison.isSameMeasurement { result = "base and candidate are one and the same measurement; \(result)" }
    return runs + style.paragraph(result, lead: "Result     ", comparison.rowsAreWorse ? .bad : nil)
  }

  private var table: [String] {
    let timed = CellNames(comparison.cells.filter { $0.cell.measurement != .fidelity }.map(\.id))
    let compared = CellNames(comparison.cells.filter { $0.cell.measurement == .fidelity }.map(\.id))
    var table = TextTable([
      .init("cell", isShortenable: true), .init("base", .right, dropOrder: 3), .init("candidate", .right, dropOrder: 2),
      .init("change", .right), .init("\(comparison.level) interval", .right, dropOrder: 1), .init("verdict"),
    ])
    for metric in comparison.metrics {
      let rows = comparison.rows(of: metric).filter { $0.entry.change != .unavailable }
      guard !rows.isEmpty else { continue }
      table.add(group: metric.heading)
      for row in rows {
        table.add(row: [
          (row.cell.cell.measurement == .fidelity ? compared : timed).name(row.cell.id),
          row.entry.base.map { metric.shown($0.median) } ?? "",
          row.entry.candidate.map { metric.shown($0.median) } ?? "", ChangeText.change(row.entry),
          ChangeText.interval(row.entry), ChangeText.verdict(row.entry),
        ])
      }
    }
    guard !table.lines.isEmpty else { return [] }
    let common = [("Timed cells", timed.common), ("Compared with FP32", compared.common)].filter { !$0.1.isEmpty }
      .flatMap { style.paragraph("all are \($0.1)", lead: "\($0.0): ") }
    return common + table.rendered(style) + legend
  }

  /// What the marks mean that occur.
  private var legend: [String] {
    let verdicts = Set(comparison.rows.filter { $0.entry.change == .unclear }.map { ChangeText.verdict($0.entry) })
    var notes: [(lead: String, text: String)] = []
    if verdicts.contains(where: { $0 != "~ (few)" && $0 != "~ (scatter)" }) {
      notes.append(
        (
          "~ (x %)",
          "cannot be told: the interval contains no change. About x % could have been seen, so it is not equal."
        ))
    }
    if verdicts.contains("~ (few)") {
      notes.append(("~ (few)", "cannot be told: \(comparison.tooFew)"))
    }
    if verdicts.contains("~ (scatter)") {
      notes.append(("~ (scatter)", "cannot be told: rounds of one run differ from each other by as much."))
    }
    notes.append(
      ("base", "medians over rounds; a change is Hodges and Lehmann's estimate and may differ from their ratio."))
    return style.footnotes(notes)
  }

  private var means: [String] {
    guard !comparison.means.isEmpty else { return [] }
    var table = TextTable([
      .init("geometric mean"), .init("change", .right), .init("cells", .right), .init("left out", .right),
    ])
    for mean in comparison.means {
      let measured = Set(comparison.rows(of: mean.metric).map(\.cell.id))
      let left = mean.leftOut.filter { measured.contains($0.id) }
      table.add(row: [
        "\(mean.metric.title) (\(mean.metric.better.rawValue) is better)", ChangeText.ratio(mean.ratio),
        "\(mean.cells)", "\(left.count)",
      ])
    }
    return table.rendered(style)
  }

  private func section(_ title: String, _ texts: [String], _ emphasis: ReportStyle.Emphasis? = nil) -> [String] {
    texts.isEmpty ? [] : [style.text(title, .title)] + texts.flatMap { style.paragraph($0, lead: "  ", emphasis) }
  }

  private var notCompared: [String] {
    section(
      "Not compared",
      comparison.notCompared)
  }

  private var notes: [String] {
    section(
      "Notes",
      comparison.cells.flatMap { cell in cell.notes.map { "\(cell.id) \($0)." } }
        + comparison.disturbed.map { "\($0)." })
  }

  private var missing: [String] {
    section("Only in the base", Self.listed(comparison.onlyInBase))
      + section("Only in the candidate", Self.listed(comparison.onlyInCandidate))
  }

  /// A dozen of them and how many more.
  static func listed(_ ids: [String]) -> [String] {
    ids.prefix(12) + (ids.count > 12 ? ["and \(ids.count - 12) more; --json names all."] : [])
  }

  private func differences(_ weight: RunDifference.Weight) -> [String] {
    let title =
      switch weight {
      case .unlike: "UNLIKE: these differences say more than any change below"
      case .doubtful: "Different, and may be behind a change"
      case .noted: "Different builds"
      }
    return section(
      title,
      comparison.differences.filter { $0.weight == weight }.map {
        "\($0.name): \($0.base) against \($0.candidate). \($0.why)"
      }, weight == .unlike ? .bad : nil)
  }

  private var cautions: [String] { section("How to read this", comparison.cautions) }
}

extension RunComparison {
  fileprivate var rowsAreWorse: Bool { rows.contains { $0.entry.change == .worse } }
}
