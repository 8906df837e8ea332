import HostState
import Records

/// What `assay conformance` prints: which instructions were held against which software, and where they differ.
public struct ConformanceReport {
  private let record: ConformanceRecord
  private let style: ReportStyle

  /// Makes a report.
  public init(_ record: ConformanceRecord, style: ReportStyle = ReportStyle()) {
    self.record = record
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let machine = record.machine
    var lines = [style.text("Conformance", .title)]
    lines += style.footnotes([
      ("CPU", "\(machine.cpuModel) · \(Figure.counted(machine.cores, "core"))"), ("seed", "\(record.seed)"),
    ])
    if !ran.isEmpty {
      lines += ["", style.text("Results of instructions compared with software", .title)] + resultTable.rendered(style)
      lines += style.footnotes(coverage)
      lines += ["", style.text("Results by their distance from the instruction's, in units in the last place", .title)]
      lines += distanceTable.rendered(style)
    }
    for check in ran {
      for comparison in check.comparisons {
        if let mismatch = comparison.firstMismatch { lines += [""] + description(of: mismatch, check, comparison) }
      }
    }
    if !missing.isEmpty {
      lines += ["", style.text("Unavailable here", .title)]
      lines += style.footnotes(missing.map { ("\($0.instruction), \($0.form)", $0.unavailable ?? "") })
    }
    lines += [""] + verdict
    return lines.joined(separator: "\n") + "\n"
  }

  private var ran: [ConformanceCheck] { record.checks.filter { $0.unavailable == nil } }
  private var missing: [ConformanceCheck] { record.checks.filter { $0.unavailable != nil } }

  /// Checks of the same contracts follow one another.
  private func grouped(_ add: (_ heading: String?, _ check: ConformanceCheck) -> Void) {
    var previous: [String]?
    for check in ran {
      add(check.contracts == previous ? nil : check.contracts.joined(separator: ", "), check)
      previous = check.contracts
    }
  }

  private var resultTable: TextTable {
    var table = TextTable([
      .init("instruction"), .init("form", dropOrder: 1), .init("software"), .init("compared", .right),
      .init("mismatches", .right), .init("s", .right, dropOrder: 2),
    ])
    grouped { heading, check in
      if let heading { table.add(group: heading) }
      for (index, comparison) in check.comparisons.enumerated() {
        // Instructions of one contract share their operands, and so their time.
        let seconds = heading != nil && index == 0 ? Figure.fixed(check.seconds, 1) : ""
        table.add(row: [
          index == 0 ? check.instruction : "", index == 0 ? check.form : "", comparison.software,
          Figure.exact(comparison.compared), Figure.exact(comparison.mismatches), seconds,
        ])
      }
    }
    return table
  }

  private var distanceTable: TextTable {
    let names = ConformanceComparison.distanceNames
    var table = TextTable(
      [.init("instruction"), .init("form", dropOrder: 1), .init("software")]
        + names.map { TextTable.Column($0, .right) })
    grouped { heading, check in
      if let heading { table.add(group: heading) }
      for (index, comparison) in check.comparisons.enumerated() {
        table.add(
          row: [index == 0 ? check.instruction : "", index == 0 ? check.form : "", comparison.software]
            + comparison.distances.map(Figure.exact))
      }
    }
    return table
  }

  private var coverage: [(lead: String, text: String)] {
    var notes: [(String, String)] = []
    grouped { heading, check in
      guard let heading else { return }
      let control = check.variesControl ? "; the control word varied, which must change nothing" : ""
      notes.append((heading, "\(Figure.exact(check.cases)) cases: \(check.coverage)\(control)"))
    }
    return notes
  }

  private func description(
    of mismatch: ConformanceMismatch, _ check: ConformanceCheck, _ comparison: ConformanceComparison
  ) -> [String] {
    let operands = mismatch.operands.map { ($0.name, $0.codes.joined(separator: " ")) }
    let name = check.contracts.joined(separator: ", ")
    let title =
      "First mismatch of \(name), \(check.instruction) (\(check.form)): case \(Figure.exact(mismatch.number)), "
      + "MXCSR \(mismatch.control), element 0 first"
    return style.paragraph(title, lead: "").map { style.text($0, .bad) }
      + style.footnotes(
        operands + [("instruction", mismatch.instruction), (comparison.software, mismatch.software)])
  }

  private var verdict: [String] {
    let compared = ran.reduce(0) { $0 + $1.comparisons.reduce(0) { $0 + $1.compared } }
    let lacking = missing.isEmpty ? "" : " \(Figure.counted(missing.count, "form")) could not be run here."
    guard compared > 0 else {
      return style.paragraph("Nothing was compared.\(lacking)", lead: "").map { style.text($0, .caution) }
    }
    if record.mismatches == 0 {
      let text = "All \(Figure.exact(compared)) results agree bit for bit.\(lacking)"
      return style.paragraph(text, lead: "").map { style.text($0, .good) }
    }
    let text = "\(Figure.exact(record.mismatches)) of \(Figure.exact(compared)) results differ.\(lacking)"
    return style.paragraph(text, lead: "").map { style.text($0, .bad) }
  }
}
