import Analysis
import Records

/// What `assay gate` prints: how the gate errs and what it can see, the cases, then the verdict.
public struct GateReport {
  let outcome: GateResult
  let title: String
  let path: String?
  let limits: String?
  let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - title: what was held against what.
  ///   - path: where the trial lies; nil where records were compared.
  ///   - limits: where the limits lie; nil where they are the usual ones.
  public init(
    _ outcome: GateResult, title: String, path: String?, limits: String? = nil, style: ReportStyle = ReportStyle()
  ) {
    self.limits = limits
    self.outcome = outcome
    self.title = title
    self.path = path
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let sections = [headline, oddsSection, caseSection, noteSection, verdictSection]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var headline: [String] {
    var lines = title.printable.wrapped(to: style.width).map { style.text($0, .title) }
    if let effort = outcome.effort { lines += style.paragraph(GateWords.effort(effort), lead: "  ", .subdued) }
    return lines
  }

  private var oddsSection: [String] {
    let words = GateWords(outcome)
    return ([words.falseAlarms, words.detectable] + [words.machine]).compactMap(\.self)
      .flatMap { style.paragraph($0, lead: "  ") }
  }

  private var caseSection: [String] {
    guard !outcome.cases.isEmpty else { return [] }
    let names = CellNames(outcome.cases.map(\.cell))
    var table = table(names, isGrouped: false)
    // A cell's name on a line of its own is better than half of one.
    if !table.fits(style) { table = self.table(names, isGrouped: true) }
    var lines = names.common.isEmpty ? [] : style.paragraph("All cells are \(names.common).", lead: "  ", .subdued)
    lines += table.rendered(style)
    let decides = outcome.odds.isPaired ? "bounds at the level of each look" : "tests at one side"
    var notes = [
      (
        "worse by",
        "of the base, with an interval of 95 %; below 0 is better. What decides are \(decides) (docs/gate.md)"
      )
    ]
    if outcome.cases.contains(where: \.isLimitAutomatic) {
      notes.append(("*", automaticLimits))
    }
    if outcome.cases.contains(where: { $0.detectable != nil }) {
      notes.append(("can see", "a true worsening of this size fails in four of five such gates"))
    }
    lines += style.footnotes(notes)
    return lines
  }

  /// The cases, with their cells in a column or as headings.
  private func table(_ names: CellNames, isGrouped: Bool) -> TextTable {
    let columns: [TextTable.Column] = [
      .init("metric"), .init("base", .right, dropOrder: 2), .init("candidate", .right, dropOrder: 1),
      .init("worse by", .right), .init("limit", .right), .init("can see", .right, dropOrder: 3), .init("verdict"),
    ]
    var table = TextTable((isGrouped ? [] : [.init("cell", isShortenable: true)]) + columns)
    var last: String?
    for entry in isGrouped ? outcome.cases.byCell : outcome.cases {
      let metric = entry.metric
      if isGrouped, entry.cell != last { table.add(group: names.name(entry.cell)) }
      last = entry.cell
      table.add(
        row: (isGrouped ? [] : [names.name(entry.cell)]) + [
          metric.title, entry.base.map(metric.text) ?? "", entry.candidate.map(metric.text) ?? "",
          GateWords.worse(entry),
          entry.limit.map { metric.change($0) + (entry.isLimitAutomatic ? "*" : "") } ?? "",
          entry.detectable.map(metric.change) ?? "", GateWords.verdict(entry),
        ])
    }
    return table
  }

  private var automaticLimits: String {
    let least = Figure.percent(GateLimits.least, decimals: 0)
    guard outcome.odds.isPaired else {
      return "no limit was given, and records know no noise to choose one from: \(least)"
    }
    let most = Figure.percent(GateLimits.most, decimals: 0)
    return "chosen from the noise of the base against itself, from \(least) to \(most)"
  }

  private var noteSection: [String] {
    let reasons = outcome.cases.compactMap { entry in
      entry.reason.map { "\(entry.cell), \(entry.metric.title): \($0)" }
    }
    return (reasons + outcome.notes).flatMap { style.paragraph($0, lead: "  ! ", .caution) }
  }

  private var verdictSection: [String] {
    let emphasis: ReportStyle.Emphasis =
      switch outcome.verdict {
      case .pass: .good
      case .regression: .bad
      case .inconclusive, .unfit: .caution
      }
    var lines = [style.text("Verdict: \(outcome.verdict.rawValue)", emphasis)]
    lines += style.paragraph(outcome.reason, lead: "  ")
    if let path, outcome.effort?.rounds != 0 {
      let limits = limits.map { " --limits \($0)" } ?? ""
      lines += style.paragraph(
        "Judge it again, with other limits too: assay gate --from \(path)\(limits)", lead: "  ", .subdued)
    }
    return lines
  }
}

extension [GateCase] {
  /// Cases of one cell together, cells in the order in which they come first.
  fileprivate var byCell: [GateCase] {
    var places: [String: Int] = [:]
    for entry in self where places[entry.cell] == nil { places[entry.cell] = places.count }
    return enumerated().sorted { (places[$0.element.cell] ?? 0, $0.offset) < (places[$1.element.cell] ?? 0, $1.offset) }
      .map(\.element)
  }
}
