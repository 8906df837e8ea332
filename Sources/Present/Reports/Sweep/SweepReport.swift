import Analysis
import NumericFormats
import Records

/// What `assay sweep` prints: the answer and what cannot be told apart from it, the best for other goals, the best
/// rows, instances against threads, how throughput scales, and what to be careful with.
public struct SweepReport {
  let record: Record
  let summary: SweepSummary
  let path: String?
  let style: ReportStyle

  /// Rows of the table.
  static let shownRows = 12
  /// Ties, marks and failures that are written out.
  static let shownItems = 8

  /// Makes a report. `summary` must be the record's own; `path` is where the record lies, for the closing commands.
  public init(record: Record, summary: SweepSummary, path: String?, style: ReportStyle = ReportStyle()) {
    self.record = record
    self.summary = summary
    self.path = path
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let sections = [
      headline, answerSection, otherGoals, rowSection, heatMapSection, scalingSection, markedSection, failureSection,
      accountSection, warningSection, closing,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var headline: [String] {
    let finished = record.cells.count { $0.failure == nil && $0.isFinished }
    let workloads = record.cells.map(\.cell.workload).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    var parts = [
      "Assay \(record.tool.version)", "sweep of \(workloads.joined(separator: ", "))", record.createdAt,
      "\(finished) of \(Figure.counted(max(summary.account.kept, record.cells.count), "configuration")) measured",
    ]
    if record.status == .incomplete { parts.append("incomplete") }
    return parts.joined(separator: " · ").printable.wrapped(to: style.width).map { style.text($0, .title) }
      + MachineLines(record: record, blas: []).facts.flatMap { name, value in
        style.paragraph(value, lead: name.padded(to: 8, .left), .subdued)
      }
  }

  // MARK: Answers

  private var answerSection: [String] {
    guard let answer = summary.answer else { return [] }
    let title = style.text("Answer: \(answer.goal.words)", .title)
    switch answer.outcome {
    case .found(let found): return [title] + lines(of: found) + uncertainty(answer, found) + untried
    case .limitNotMet(let nearest):
      return [title] + style.paragraph(sentence(nearest, goal: answer.goal), lead: "  ", .bad) + again(nearest.id)
    case .unavailable(let reason): return [title] + style.paragraph(reason, lead: "  ", .caution)
    }
  }

  /// What the answer does not know of.
  private var untried: [String] {
    let account = summary.account
    let missing = account.leftOut
    guard missing > 0, record.status == .complete else { return [] }
    let measured = Set(summary.rows.filter { $0.summary.throughput != nil }.map(\.cell.precision))
    let precisions = (record.spec.groups.first?.precisions ?? []).filter { !measured.contains($0) }.map(\.rawValue)
    let never = precisions.isEmpty ? "" : " \(precisions.joined(separator: ", ")) was never tried."
    return style.paragraph(
      "The budget left \(Figure.exact(missing)) of \(Figure.exact(account.kept)) configurations unmeasured; the best may be "
        + "among them.\(never) Give more time with --budget, or shorter lists.", lead: "  ", .caution)
  }

  private func lines(of found: SweepAnswer.Found) -> [String] {
    guard let row = summary.row(found.best) else { return [] }
    return row.words.printable.wrapped(to: style.width - 2).map { "  " + style.text($0, .good) }
      + style.paragraph(figures(of: row), lead: "  ") + again(row.id)
  }

  private func figures(of row: SweepRow) -> String {
    var parts = ["\(row.throughputText) samples/s"]
    if let latency = row.summary.latency {
      parts += ["p50 \(SweepRow.text(latency.p50)) ms", "p99 \(SweepRow.text(latency.p99)) ms"]
    }
    if row.efficiencyText != "-" { parts.append("\(row.efficiencyText) samples/J") }
    parts.append(Figure.counted(row.summary.throughput?.processes.count ?? 0, "process", "processes"))
    return parts.joined(separator: " · ")
  }

  /// Ties by name, and those of which nobody knows.
  private func uncertainty(_ answer: SweepAnswer, _ found: SweepAnswer.Found) -> [String] {
    var lines: [String] = []
    if !found.ties.isEmpty {
      lines += style.paragraph(
        "These \(found.ties.count + 1) cannot be told apart: this one and", lead: "  ", .caution)
      lines += list(found.ties, of: found)
    } else if answer.candidates > 1, found.unknown.isEmpty {
      lines += style.paragraph("All others in the ranking are worse by more than chance explains (5 %).", lead: "  ")
    }
    if !found.unknown.isEmpty {
      lines += style.paragraph(
        "Not known, because one of the two was measured in fewer than 2 processes (more rounds tell):", lead: "  ",
        .caution)
      lines += list(found.unknown, of: found, sign: "?")
    }
    if answer.dropped > 0 {
      lines += style.paragraph(
        "\(Figure.counted(answer.dropped, "configuration")) dropped on the way"
          + (record.status == .incomplete ? ", or not reached yet" : "") + ": not compared here.", lead: "  ", .subdued)
    }
    return lines
  }

  private func list(_ ids: [String], of found: SweepAnswer.Found, sign: String = "=") -> [String] {
    let shown = ids.prefix(Self.shownItems).flatMap { id -> [String] in
      guard let row = summary.row(id) else { return [] }
      let share = found.place(of: id).map { " (\(Figure.change($0.share - 1)))" } ?? ""
      return style.paragraph("\(row.words): \(row.throughputText) samples/s\(share)", lead: "  \(sign) ")
    }
    let rest = ids.count - Self.shownItems
    return shown + (rest > 0 ? ["  \(sign) \(rest) more; the JSON summary names them"] : [])
  }

  private func sentence(_ nearest: SweepAnswer.Nearest, goal: RankingGoal) -> String {
    guard case .latency(let limit) = goal, let row = summary.row(nearest.id) else { return "" }
    return "No configuration meets \(RankingGoal.milliseconds(limit)); the best reached "
      + "\(Figure.plain(Double(nearest.nanoseconds) / 1e6)) ms with \(row.words)."
  }

  /// Commands are not broken: they are there to be copied.
  private func again(_ id: String) -> [String] {
    guard let row = summary.row(id) else { return [] }
    return [style.text("  again: ", .subdued) + style.text(row.summary.repro)]
  }

  private var otherGoals: [String] {
    // What is missing for all of them is said once.
    let others = summary.answers.dropFirst().filter { answer in
      if case .unavailable = answer.outcome { answer.outcome != summary.answer?.outcome } else { true }
    }
    guard !others.isEmpty else { return [] }
    return [style.text("Best for other goals", .title)]
      + others.flatMap { answer -> [String] in
        let lead = "  \(answer.goal.words): "
        switch answer.outcome {
        case .found(let found):
          guard let row = summary.row(found.best) else { return [] }
          var ties = found.ties.isEmpty ? "" : " · not told apart from \(Figure.counted(found.ties.count, "other"))"
          if !found.unknown.isEmpty {
            ties += " · not known how it stands to \(Figure.counted(found.unknown.count, "other")) (one process)"
          }
          return style.paragraph("\(lead.dropFirst(2))\(row.words) · \(figures(of: row))\(ties)", lead: "  ")
            + again(row.id)
        case .limitNotMet(let nearest):
          return style.paragraph(lead.dropFirst(2) + sentence(nearest, goal: answer.goal), lead: "  ")
        case .unavailable(let reason): return style.paragraph(lead.dropFirst(2) + reason, lead: "  ")
        }
      }
  }

  private var closing: [String] {
    guard let path else { return [] }
    var commands: [(String, String)] = []
    if record.status == .incomplete { commands.append(("resume", "assay sweep --resume \(path)")) }
    commands.append(("show", "assay show \(path)"))
    return commands.map { style.text($0.padded(to: 10, .left), .subdued) + style.text($1) }
  }
}
