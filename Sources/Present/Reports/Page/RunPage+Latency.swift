import Analysis
import Records

extension RunPage {
  /// Pictures that are open at once; the rest can be opened.
  private static let mostOpen = 3

  /// How the latencies of each cell are distributed.
  func writeLatency(to section: inout PageSection) {
    let all = zip(summary.cells, record.cells).lazy.compactMap { LatencyDistribution($0, $1) }
    let shown = Array(all.prefix(Self.mostLatencies))
    guard !shown.isEmpty else {
      return section.lack(
        "Latency distribution",
        hasSpeed
          ? "No cell was timed under SingleStream: of other scenarios a query's latency says when its turn came."
          : "Nothing was timed.")
    }
    section.begin("latency", "Latency distribution")
    section.add(
      HTML.paragraph(
        "All queries of all rounds. The axis is logarithmic and counts in medians of each cell's own, so that tails can be held "
          + "side by side whatever the speed.", class: "hint"))
    let groups = shown.grouped { PlaceColumns.heading(of: $0.summary) }
    let charts = groups.flatMap { group in
      stride(from: 0, to: group.members.count, by: LatencyChart.mostRows).map { start in
        let end = min(start + LatencyChart.mostRows, group.members.count)
        let part = group.members.count > LatencyChart.mostRows ? " (\(start + 1) to \(end))" : ""
        return (title: "Latency: \(group.heading)\(part)", rows: Array(group.members[start..<end]))
      }
    }
    for (index, chart) in charts.enumerated() {
      let html = figure(chart.rows, title: chart.title, in: &section)
      section.add(index < Self.mostOpen ? html : HTML.details(chart.title, html))
    }
    let timed = summary.cells.count { $0.latency != nil }
    if timed > shown.count {
      section.add(
        HTML.paragraph(
          "\(timed - shown.count) more cells have latencies; the table of speeds has their percentiles.", class: "hint")
      )
    }
    section.end()
  }

  private func figure(_ rows: [LatencyDistribution], title: String, in section: inout PageSection) -> String {
    let names = CellWords.differences(rows.map(\.summary.cell))
    var table = PageTable(
      "\(title), in ms",
      [
        .words("cell"), .number("n"), .number("least"), .number("p50"), .number("p90"), .number("p99"),
        .number("greatest"),
      ])
    for (row, name) in zip(rows, names) {
      func plain(_ nanoseconds: Int64) -> PageTable.Cell {
        .init(Figure.milliseconds(nanoseconds), Double(nanoseconds))
      }
      func percentile(_ estimate: CellSummary.PercentileEstimate) -> PageTable.Cell {
        .init(RunReport.latency(estimate), Double(estimate.nanoseconds))
      }
      table.add([
        .init(name), .init("\(row.sorted.count)", Double(row.sorted.count)), plain(row.least),
        percentile(row.latency.p50), percentile(row.latency.p90), percentile(row.latency.p99), plain(row.greatest),
      ])
    }
    return section.figure(
      LatencyChart(rows, names: names).picture, title: title,
      description:
        "A histogram of query latencies, over the cell's own median on a logarithmic axis, for each of "
        + "\(Figure.counted(rows.count, "cell")), "
        + "with signs at p50, p90 and p99.", marks: rows.count * LatencyChart.marksOfRow, numbers: table)
  }
}
