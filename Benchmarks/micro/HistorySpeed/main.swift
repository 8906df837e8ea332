// How long a history takes: adding a record, listing, and the trend of one cell, with thousands of records of 20 cells and 6
// figures each with 5 rounds, as a nightly run of many years leaves them.
//
// usage: swift run -c release history-speed [RECORDS]     10,000 unless told; the file is made in TMPDIR and removed

import Foundation
import Store

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
let folder = FileManager.default.temporaryDirectory.appending(path: "history-speed-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appending(path: "history.sqlite").path

/// A record of its own, of one of two machines.
func record(_ index: Int) -> StoredRecord {
  let machine = StoredMachine(
    key: index.isMultiple(of: 4) ? "0000000000000001" : "0000000000000002", facts: "Example CPU")
  return StoredRecord(
    digest: String(index, radix: 16), path: "Results/local/\(index).json", created: Int64(index) * 3600,
    createdAt: "2025-03-01T12:00:00Z", addedAt: "2025-03-01T12:00:00Z", suite: "nightly", tool: "0.1.0",
    status: "complete", machine: machine, setting: "kernel\t6.\(index / 1000)", label: "v\(index)",
    cells: (0..<20).map { cell in
      StoredRecord.Cell(
        id: "model-\(cell / 4)/int8/native/t\(1 << (cell % 4))/b1/Offline", workload: "model-\(cell / 4)",
        figures: (0..<6).map { metric in
          let value = Double(index % 97 + cell + metric + 1)
          return StoredFigure(
            metric: "metric-\(metric)", value: metric < 4 ? value : nil, lower: value - 1, upper: value + 1, count: 5,
            missing: metric < 4 ? nil : "No powercap energy counter is readable here; run on bare metal as root.",
            rounds: (0..<5).map { StoredRound(round: $0, process: nil, value: value) })
        })
    })
}

/// Milliseconds of the fastest and the slowest of some runs.
func time(_ what: String, runs: Int, _ body: () throws -> Void) throws {
  let clock = ContinuousClock()
  let times = try (0..<runs).map { _ in
    let duration = try clock.measure(body).components
    return Double(duration.seconds) * 1e3 + Double(duration.attoseconds) / 1e15
  }.sorted()
  print("\(what): median \(times[runs / 2]) ms, \(times[0]) to \(times[runs - 1]) ms of \(runs)")
}

let store = try HistoryStore(path: path, for: .writing)
var next = 0
try time("add a record to up to \(count)", runs: count) {
  _ = try store.add(record(next))
  next += 1
}
let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
print("\(count) records: \(size / 1_000_000) MB")
try time("add one more", runs: 20) {
  _ = try store.add(record(next))
  next += 1
}
let cell = "model-2/int8/native/t4/b1/Offline"
let machine = RecordFilter(machine: "0000000000000002")
try time("open", runs: 20) { _ = try HistoryStore(path: path, for: .reading) }
try time("list the newest 30", runs: 20) { _ = try store.records(limit: 30) }
try time("list all", runs: 5) { _ = try store.records() }
try time("list by workload and machine", runs: 10) {
  _ = try store.records(RecordFilter(workload: "model-2", machine: "0000000000000001"), limit: 30)
}
try time("machines of a cell", runs: 20) { _ = try store.machines(ofCell: cell) }
try time("trend of 500", runs: 20) { _ = try store.points(ofCell: cell, metric: "metric-1", machine, limit: 500) }
try time("trend of all of a machine", runs: 5) {
  _ = try store.points(ofCell: cell, metric: "metric-1", machine, limit: count)
}
try time("remove a record", runs: 10) {
  next -= 1
  _ = try store.remove([Int64(next)])
}
