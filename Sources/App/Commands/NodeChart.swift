import Analysis
import Foundation
import Records
import Reports

/// The picture of a run's nodes.
enum NodeChart {
  /// Writes it.
  ///
  /// - Throws: ``CommandFailure`` where the record has no nodes or the file cannot be written.
  static func write(_ record: Record, _ summary: RunSummary, to path: String) throws {
    guard !path.isEmpty else { throw CommandFailure("--svg needs the path of a file.", exitCode: 64) }
    guard let roofline = record.roofline, !summary.nodes.isEmpty else {
      throw CommandFailure("The record has no node times to draw: measure with assay run --per-node.", exitCode: 65)
    }
    let chart = RooflineChart(
      RooflineRecord(tool: record.tool, createdAt: record.createdAt, machine: record.machine, roofline: roofline),
      cells: summary.nodes)
    do { try Data(chart.svg.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw CommandFailure("Cannot write \(path).", exitCode: 73)
    }
  }
}
