import Analysis
import Records

/// One run as exporters see it: its record, what it says, and what only the caller knows.
public struct ExportRun {
  let record: Record
  let summary: RunSummary
  let commit: String?
  /// Every planned cell with its figures, in the record's order.
  let cells: [ExportCell]

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - record: what happened.
  ///   - summary: what it says; the record's own.
  ///   - commit: the revision that was measured, where somebody says so: a record does not know it.
  public init(_ record: Record, _ summary: RunSummary, commit: String? = nil) {
    self.record = record
    self.summary = summary
    self.commit = commit
    cells = zip(record.cells, summary.cells).map { ExportCell($0, $1) }
  }

  /// The few words that name the run in headlines.
  var title: String {
    let parts =
      ["Assay \(record.tool.version)", "suite \(record.spec.suite)", record.createdAt] + [commit].compactMap(\.self)
    return parts.joined(separator: ", ").printable
  }
}
