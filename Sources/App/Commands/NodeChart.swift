import Analysis
import Records
import Reports

/// The picture of a run's nodes.
enum NodeChart {
  /// Writes it.
  ///
  /// - Throws: ``CommandFailure`` where the record has no nodes or the file cannot be written.
  static func write(_ record: Record, _ summary: RunSummary, to path: String) throws {
    let file = try OutputFile(path, option: "--svg")
    guard let roofline = record.roofline, !summary.nodes.isEmpty else {
      throw CommandFailure("The record has no node times to draw: measure with assay run --per-node.", exitCode: 65)
    }
    let chart = RooflineChart(
      RooflineRecord(tool: record.tool, createdAt: record.createdAt, machine: record.machine, roofline: roofline),
      cells: summary.nodes)
    try file.write(chart.svg.utf8)
  }
}
