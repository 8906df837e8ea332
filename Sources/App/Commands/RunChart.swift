import Analysis
import Records
import Reports

/// The picture of a run: its nodes where they were timed, else its energy.
enum RunChart {
  /// Writes it.
  ///
  /// - Throws: ``CommandFailure`` where the record has neither or the file cannot be written.
  static func write(_ record: Record, _ summary: RunSummary, to path: String) throws {
    let file = try OutputFile(path, option: "--svg")
    try file.write(svg(record, summary).utf8)
  }

  private static func svg(_ record: Record, _ summary: RunSummary) throws(CommandFailure) -> String {
    if let roofline = record.roofline, !summary.nodes.isEmpty {
      let ceilings = RooflineRecord(
        tool: record.tool, createdAt: record.createdAt, machine: record.machine, roofline: roofline)
      return RooflineChart(ceilings, cells: summary.nodes).svg
    }
    let chart = EnergyChart(record: record, summary: summary)
    guard chart.hasPoints else {
      throw CommandFailure(
        "There is nothing to draw: no cell has energy (assay power list says why) and no node was timed (assay run "
          + "--per-node).", exitCode: 65)
    }
    return chart.svg
  }
}
