import Foundation
import Store

@testable import Analysis

/// Rows of a history for tests.
enum HistorySample {
  static let cell = "resnet50/fp32/native/t1/b1/Offline"
  static let fast = StoredMachine(key: "aaaa000011112222", facts: "Example CPU 9000, 2 cores")
  static let slow = StoredMachine(key: "aabb000011112222", facts: "Example CPU 100, 1 core")

  static func row(_ number: Int, label: String? = nil, setting: String? = nil) -> HistoryRow {
    HistoryRow(
      number: Int64(number), digest: "\(number)", path: "\(number).json", created: Int64(number) * 86_400,
      createdAt: "day \(number)", addedAt: "later", suite: "quick", tool: "0.1.0", status: "complete", machine: fast,
      setting: setting, label: label, cells: 1)
  }

  static func point(
    _ number: Int, _ value: Double?, metric: Metric = .throughput, source: String? = nil, missing: String? = nil,
    setting: String? = nil
  ) -> HistoryPoint {
    HistoryPoint(
      record: row(number, setting: setting),
      figure: StoredFigure(
        metric: metric.rawValue, value: value, count: value == nil ? 0 : 3, source: source, missing: missing, rounds: []
      ))
  }

  static func trend(_ values: [Double], metric: Metric = .throughput) -> Trend {
    Trend(
      cell: cell, metric: metric, values.enumerated().map { point($0, $1, metric: metric) }, machine: fast)
  }

  static func stored(
    _ index: Int, machine: StoredMachine = fast, value: Double = 100, suite: String = "quick", label: String? = nil,
    cells: [String] = [cell], metric: Metric = .throughput
  ) -> StoredRecord {
    let digits = String(index, radix: 16)
    return StoredRecord(
      digest: String(repeating: "0", count: 8 - digits.count) + digits + String(repeating: "e", count: 56),
      path: "\(index).json", created: Int64(index) * 86_400, createdAt: "day \(index)", addedAt: "later", suite: suite,
      tool: "0.1.0", status: "complete", machine: machine, label: label,
      cells: cells.map {
        StoredRecord.Cell(
          id: $0, workload: "resnet50",
          figures: [StoredFigure(metric: metric.rawValue, value: value, count: 3, rounds: [])])
      })
  }

  /// A history in a fresh folder, removed after `body`.
  static func withStore(_ records: [StoredRecord], _ body: (HistoryStore) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try HistoryStore(path: folder.appending(path: "history.sqlite").path, for: .writing)
    for record in records { _ = try store.add(record) }
    try body(store)
  }

  /// What goes wrong, as an answer says it.
  static func fault(_ body: () throws -> Void) -> HistoryError? {
    do { try body() } catch { return error as? HistoryError }
    return nil
  }
}
