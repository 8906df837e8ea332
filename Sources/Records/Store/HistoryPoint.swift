import Foundation
import GRDB

/// A figure of a cell in one of the records that hold the cell.
public struct HistoryPoint: Codable, Hashable, Sendable {
  /// The record.
  public let record: HistoryRow
  /// The figure; nil where the version that added the record kept none of the metric.
  public let figure: StoredFigure?

  /// Makes a point.
  public init(record: HistoryRow, figure: StoredFigure?) {
    self.record = record
    self.figure = figure
  }

  /// The columns that ``init(_:)`` reads beside those of the record: of `figure`, and of `phrase` as `source` and `missing`.
  static let columns = """
    figure.metric, figure.value, figure.lower, figure.upper, figure.count, figure.rounds,
    source.text AS source_text, missing.text AS missing_text
    """

  init(_ row: Row) throws {
    record = try HistoryRow(row)
    guard let metric: String = try row.optional("metric") else {
      figure = nil
      return
    }
    let stored: [UInt8]? = try row.optional("rounds").map { (bytes: Data) in Array(bytes) }
    let rounds = try stored.map { bytes in
      guard let rounds = [StoredRound](bytes: bytes) else { throw RowFault(what: "the rounds of a figure cannot be") }
      return rounds
    }
    figure = StoredFigure(
      metric: metric, value: try row.number("value"), lower: try row.number("lower"), upper: try row.number("upper"),
      count: try row.required("count"), source: try row.optional("source_text"),
      missing: try row.optional("missing_text"), rounds: rounds)
  }
}
