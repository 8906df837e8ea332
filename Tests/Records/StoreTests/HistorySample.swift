import Foundation
import GRDB
import Testing

@testable import Store

/// Rows and files for tests.
enum HistorySample {
  static let day: Int64 = 86_400
  static let start: Int64 = 1_740_830_400
  static let fast = StoredMachine(key: "aaaa000011112222", facts: "Example CPU 9000, 2 cores")
  static let slow = StoredMachine(key: "bbbb000011112222", facts: "Example CPU 100, 1 core")

  static func figure(
    _ metric: String = "throughput", _ value: Double? = 100, source: String? = nil, missing: String? = nil,
    rounds: [StoredRound]? = nil
  ) -> StoredFigure {
    StoredFigure(
      metric: metric, value: value, lower: value.map { $0 - 1 }, upper: value.map { $0 + 1 },
      count: value == nil ? 0 : 3,
      source: source, missing: missing,
      rounds: rounds ?? value.map { [StoredRound(round: 0, process: nil, value: $0)] } ?? [])
  }

  static let cellID = "resnet50/fp32/native/t1/b1/Offline"

  static func cell(_ id: String = cellID, _ figures: [StoredFigure]) -> StoredRecord.Cell {
    StoredRecord.Cell(id: id, workload: String(id.prefix { $0 != "/" }), figures: figures)
  }

  /// The record of day `index`, with a digest of its own.
  static func record(
    _ index: Int, machine: StoredMachine = fast, suite: String = "quick", label: String? = nil, setting: String? = nil,
    digest: String? = nil, cells: [StoredRecord.Cell]? = nil
  ) -> StoredRecord {
    let created = start + Int64(index) * day
    let number = String(index, radix: 16)
    return StoredRecord(
      digest: digest ?? String(repeating: "0", count: 64 - number.count) + number, path: "Results/local/\(index).json",
      created: created, createdAt: "day \(index)", addedAt: "2025-04-01T00:00:00Z", suite: suite, tool: "0.1.0",
      status: "complete", machine: machine, setting: setting, label: label,
      cells: cells ?? [cell(cellID, [figure("throughput", 100 + Double(index))])])
  }

  /// A fresh folder, removed after `body`.
  static func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// The path of a history that does not exist yet.
  static func withPath<Value>(_ body: (String) throws -> Value) throws -> Value {
    try withFolder { try body("\($0)/history.sqlite") }
  }

  /// What goes wrong, as a store says it.
  static func fault(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> StoreError? {
    do {
      try body()
      Issue.record("nothing went wrong", sourceLocation: sourceLocation)
      return nil
    } catch let error as StoreError {
      // One sentence, on one line.
      #expect(error.description.hasSuffix(".") && !error.description.contains("\n"), sourceLocation: sourceLocation)
      return error
    } catch {
      Issue.record("another error: \(error)", sourceLocation: sourceLocation)
      return nil
    }
  }

  static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}
