import Analysis
import NumericFormats
import Records

extension RunReport {
  /// Speed of every cell that has some, grouped by workload, precision and engine, then what the marks mean.
  var performanceSection: [String] {
    let cells = summary.cells.filter { $0.throughput != nil }
    guard !cells.isEmpty else { return [] }
    let notes = NoteList(cells)
    let energy = EnergyNotes(cells)
    // What the table of contracts has said already.
    let told = Set(summary.contracts.flatMap { $0.entries.compactMap(\.speed?.id) })
    let untold = EnergyNotes(cells.filter { !told.contains($0.id) })
    let places = PlaceColumns(cells)
    var table = TextTable(
      places.columns + [
        .init("samples/s", .right),
        .init("p50", unit: "ms", .right, dropOrder: 1), .init("p90", unit: "ms", .right, dropOrder: 5),
        .init("p99", unit: "ms", .right), .init("n", .right, dropOrder: 3), .init("J/sample", .right, dropOrder: 2),
        .init("speed-up", .right, dropOrder: 4), .init("notes"),
      ])
    for group in cells.grouped(by: PlaceColumns.heading) {
      table.add(group: group.heading)
      for cell in group.members {
        table.add(
          row: places.texts(of: cell) + [
            Self.throughput(cell),
            Self.latency(cell.latency?.p50), Self.latency(cell.latency?.p90), Self.latency(cell.latency?.p99),
            cell.latency.map { "\($0.p99.count)" } ?? "-", energy.text(of: cell),
            summary.speedUp(of: cell.id).map { "\(Figure.fixed($0, 1))×" } ?? "-", notes.marks(of: cell),
          ])
      }
    }
    return [style.text("Performance", .title)] + table.rendered(style)
      + style.footnotes(footnotes(cells, notes: notes, energy: untold))
  }

  /// What the marks in the table of speeds mean.
  func footnotes(
    _ cells: [CellSummary], notes: NoteList, energy: EnergyNotes
  ) -> [(lead: String, text: String)] {
    var result: [(lead: String, text: String)] = []
    if cells.contains(where: { $0.throughput?.interval != nil }) {
      result.append(("±", "half of the 95 % t interval of the mean over rounds (fresh processes), in percent."))
    }
    let latencies = cells.compactMap(\.latency)
    if let latency = latencies.first(where: { !$0.p50.isTrustworthy || !$0.p90.isTrustworthy || !$0.p99.isTrustworthy })
    {
      result.append(
        (
          "?",
          "fewer queries (n) than needed so that even the slowest one seen bounds the percentile at 95 %: p50 "
            + "\(latency.p50.minimumCount), p90 \(latency.p90.minimumCount), p99 \(latency.p99.minimumCount). Measure "
            + "longer or ask for more queries before relying on it."
        ))
    }
    if cells.contains(where: { summary.speedUp(of: $0.id) != nil }) {
      result.append(
        ("speed-up", "throughput over that of 1 thread, all else alike: of the same precision, batch and scenario."))
    }
    result += energy.lines
    result += notes.notes.map { ($0.mark, $0.text) }
    let discarded = cells.compactMap(\.warmUp?.discarded)
    if let least = discarded.min(), let most = discarded.max() {
      let range = least == most ? "\(least)" : "\(least) to \(most)"
      result.append(("warm-up", "\(range) queries a cell were run and discarded before the measured windows."))
    }
    return result
  }

  /// Samples a second with half of the interval in percent; `-` where nothing was measured.
  static func throughput(_ cell: CellSummary) -> String {
    guard let throughput = cell.throughput else { return "-" }
    let mean = Figure.significant(throughput.mean)
    guard let share = throughput.relativeHalfWidth else { return mean }
    return "\(mean) ±\(Figure.fixed(share * 100, 1).padded(to: 4, .right))%"
  }

  /// A percentile in milliseconds, with a mark where too few queries bound it; `-` for none.
  static func latency(_ estimate: CellSummary.PercentileEstimate?) -> String {
    guard let estimate else { return "-" }
    return Figure.milliseconds(estimate.nanoseconds) + (estimate.isTrustworthy ? "" : "?")
  }
}

extension Sequence {
  /// Members of equal heading together, headings in order of appearance.
  func grouped(by heading: (Element) -> String) -> [(heading: String, members: [Element])] {
    reduce(into: []) { groups, member in
      let name = heading(member)
      if let index = groups.firstIndex(where: { $0.heading == name }) {
        groups[index].members.append(member)
      } else {
        groups.append((name, [member]))
      }
    }
  }
}
