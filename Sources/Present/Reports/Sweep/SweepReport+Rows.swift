import Analysis
import Energy
import NumericFormats
import Records
import Statistics

extension SweepReport {
  /// The rows that matter for the goal: those that were ranked, the best first; where nothing was, the fastest ones.
  var rowSection: [String] {
    let rows = bestRows
    guard !rows.isEmpty else { return [] }
    var table = TextTable([
      .init(""), .init("inst", .right), .init("thr", .right), .init("placement", dropOrder: 3, isShortenable: true),
      .init("SMT", dropOrder: 6), .init("memory", dropOrder: 5), .init("batch", .right), .init("precision"),
      .init("engine", dropOrder: 7), .init("samples/s", .right), .init("p50", unit: "ms", .right, dropOrder: 2),
      .init("p99", unit: "ms", .right), .init("samples/J", .right, dropOrder: 4),
      .init("proc", .right, dropOrder: 1),
    ])
    for row in rows.prefix(Self.shownRows) {
      let placement = row.cell.placement
      table.add(row: [
        standing(of: row), "\(placement.instances.count)", "\(placement.threads)", placement.words ?? "-",
        row.usesSiblings ? "yes" : "-", placement.memory.flatMap(SweepRow.words) ?? "-", "\(row.cell.batch)",
        row.cell.precision.rawValue, row.cell.engine, row.throughputText, SweepRow.text(row.summary.latency?.p50),
        SweepRow.text(row.summary.latency?.p99), row.efficiencyText,
        "\(row.summary.throughput?.processes.count ?? 0)",
      ])
    }
    let rest = rows.count - Self.shownRows
    let more =
      rest > 0 ? style.paragraph("\(Figure.counted(rest, "row")) more; the JSON summary has all.", lead: "  ") : []
    return [style.text("Best rows", .title)] + table.rendered(style) + more + style.footnotes(rowNotes(rows))
  }

  private var bestRows: [SweepRow] {
    if case .found(let found) = summary.answer?.outcome { return found.places.compactMap { summary.row($0.id) } }
    let rows = summary.rows.filter(\.isRankable)
    if case .limitNotMet = summary.answer?.outcome {
      return rows.filter { $0.summary.latency != nil }
        .sorted { ($0.summary.latency?.p99.nanoseconds ?? 0) < ($1.summary.latency?.p99.nanoseconds ?? 0) }
    }
    return rows.sorted { ($0.summary.throughput?.mean ?? 0) > ($1.summary.throughput?.mean ?? 0) }
  }

  private func standing(of row: SweepRow) -> String {
    guard case .found(let found) = summary.answer?.outcome else { return "" }
    switch found.place(of: row.id)?.standing {
    case .best: return "1st"
    case .tied: return "="
    case .unknown: return "?"
    case .worse, nil: return ""
    }
  }

  private func rowNotes(_ rows: [SweepRow]) -> [(lead: String, text: String)] {
    let shown = Array(rows.prefix(Self.shownRows))
    var notes = [
      ("inst, thr", "instances, and threads of each; proc: processes measured, each of which gives one value.")
    ]
    if shown.contains(where: { $0.summary.throughput?.interval != nil }) {
      notes.append(
        (
          "±",
          "half of the 95 % t interval of the mean over processes (over rounds where there is one), in "
            + "percent."
        ))
    }
    if case .found(let found) = summary.answer?.outcome {
      if !found.ties.isEmpty {
        notes.append(
          (
            "=",
            "cannot be told apart from the best: Welch's test on logarithms, Holm's correction over all pairs, 5 %."
          ))
      }
      if !found.unknown.isEmpty {
        notes.append(("?", "before the row: fewer than 2 processes here or of the best, so nobody knows."))
      }
    }
    let latencies = shown.compactMap(\.summary.latency)
    if let latency = latencies.first(where: { !$0.p50.isTrustworthy || !$0.p99.isTrustworthy }) {
      notes.append(
        (
          "ms?",
          "fewer queries than needed to bound the percentile at 95 % (p50 \(latency.p50.minimumCount), p99 "
            + "\(latency.p99.minimumCount))."
        ))
    }
    if shown.contains(where: \.usesSiblings) { notes.append(("SMT", "some core carries two of the threads.")) }
    return notes + energyNotes(shown)
  }

  private func energyNotes(_ rows: [SweepRow]) -> [(lead: String, text: String)] {
    var notes: [(lead: String, text: String)] = []
    func add(_ text: String) {
      if !notes.contains(where: { $0.text == text }) { notes.append(("samples/J", text)) }
    }
    for row in rows {
      switch row.summary.energy {
      case .measured(let energy):
        add("measured by \(energy.source): all that \(energy.domains.joined(separator: ", ")) drew in the windows.")
      case .modelled(let energy): add("~ modelled by \(energy.model), not measured; ranks nothing.")
      case .unavailable(let reason): add("unavailable: \(reason)")
      case nil: break
      }
    }
    return notes
  }

  /// Rows that ran elsewhere than asked for, and what was seen.
  var markedSection: [String] {
    let rows = summary.marked
    guard !rows.isEmpty else { return [] }
    let rest = rows.count - Self.shownItems
    return [style.text("Not where asked: left out of rankings and fits", .title)]
      + rows.prefix(Self.shownItems).flatMap { row -> [String] in
        let more = row.marks.count > 1 ? "; \(row.marks.count - 1) more" : ""
        let seen = row.marks.first.map(\.words) ?? ""
        return style.paragraph(
          "\(row.words) (\(row.throughputText) samples/s): \(seen)\(more).", lead: "  ! ", .caution)
      } + (rest > 0 ? ["  ! \(rest) more; the JSON summary names them"] : [])
  }

  var failureSection: [String] {
    let failed = summary.rows.filter { $0.summary.failure != nil }
    guard !failed.isEmpty else { return [] }
    let rest = failed.count - Self.shownItems
    return [style.text("Failed", .title)]
      + failed.prefix(Self.shownItems).flatMap { row -> [String] in
        let reason = row.summary.failure?.reason ?? ""
        return style.paragraph("\(row.words): \(reason)\(reason.hasSuffix(".") ? "" : ".")", lead: "  ✗ ", .bad)
          + [style.text("    again: ", .subdued) + style.text(row.summary.repro)]
      } + (rest > 0 ? ["  ✗ \(rest) more; the JSON summary names them"] : [])
  }
}
