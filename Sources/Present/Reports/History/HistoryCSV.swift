import Analysis
import Store

/// Records and trends of a history as CSV (RFC 4180): a row a record, units in the columns' names, and an empty field for what
/// is not there.
public enum HistoryCSV {
  /// The records of a listing, lines ended by CR and LF.
  public static func text(_ listing: RecordListing) -> String {
    let head = [
      "number", "began", "suite", "label", "cells", "status", "machine", "machine_facts", "assay", "added", "sha256",
      "file",
    ]
    return lines(
      head,
      listing.records.map { record in
        [
          "\(record.number)", CSVField.text(record.createdAt), CSVField.text(record.suite),
          CSVField.text(record.label ?? ""), CSVField.count(record.cells), CSVField.text(record.status),
          CSVField.text(record.machine.key), CSVField.text(record.machine.facts), CSVField.text(record.tool),
          CSVField.text(record.addedAt), CSVField.text(record.sha256), CSVField.text(record.path),
        ]
      })
  }

  /// The values of a trend, lines ended by CR and LF; `change` says in the row of the first value after one whether it is to the
  /// `better`, to the `worse`, or only of the `scatter`.
  public static func text(_ trend: Trend) -> String {
    let unit = trend.unit.isEmpty ? "" : "_\(trend.unit.replacing("/", with: "_per_"))"
    let name = "\(trend.metric.rawValue.replacing("-", with: "_"))"
    let head = [
      "number", "began", "label", "cell", "machine", "source", "\(name)\(unit)", "\(name)_lower95\(unit)",
      "\(name)_upper95\(unit)", "count", "change", "change_ratio", "change_p",
    ]
    let changes = Dictionary(trend.changes.map { ($0.index, $0) }) { first, _ in first }
    return lines(
      head,
      trend.points.enumerated().map { index, point in
        let change = changes[index]
        return [
          "\(point.number)", CSVField.text(point.createdAt), CSVField.text(point.label ?? ""),
          CSVField.text(trend.cell), CSVField.text(trend.machine?.key ?? ""), CSVField.text(trend.source ?? ""),
          CSVField.number(point.value), CSVField.number(point.lower), CSVField.number(point.upper),
          CSVField.count(point.count), change.map { $0.isOfLevel ? $0.isWorse ? "worse" : "better" : "scatter" } ?? "",
          CSVField.number(change?.ratio), CSVField.number(change?.p),
        ]
      })
  }

  private static func lines(_ head: [String], _ rows: [[String]]) -> String {
    ([head] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
  }
}
