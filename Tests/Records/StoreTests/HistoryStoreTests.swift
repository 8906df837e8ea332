import Foundation
import GRDB
import Testing

@testable import Store

private typealias Sample = HistorySample

@Suite struct HistoryStoreTests {
  @Test func whatIsAddedComesBack() throws {
    try Sample.withPath { path in
      let rounds = [
        StoredRound(round: 0, process: nil, value: 0.1), StoredRound(round: 7, process: 3, value: -1e300),
        StoredRound(round: 2_147_483_647, process: 0, value: .leastNonzeroMagnitude),
      ]
      let figures = [
        Sample.figure("energy", 0.25, source: "rapl:package-0", rounds: rounds),
        StoredFigure(metric: "latency", value: nil, count: 0, missing: "No round completed a sample.", rounds: []),
      ]
      let record = Sample.record(
        1, label: "v1.2-3-gabc", setting: "{\"kernel\":\"6.1\"}",
        cells: [Sample.cell("m/fp32", figures), Sample.cell("n/fp32", [])])
      #expect(try HistoryStore(path: path, for: .writing).add(record) == .added(number: 1, twins: []))
      // Another process later.
      let store = try HistoryStore(path: path, for: .reading)
      let (rows, total) = try store.records()
      let row = HistoryRow(
        number: 1, digest: record.digest, path: record.path, created: record.created, createdAt: "day 1",
        addedAt: record.addedAt, suite: "quick", tool: "0.1.0", status: "complete", machine: Sample.fast,
        setting: "{\"kernel\":\"6.1\"}", label: "v1.2-3-gabc", cells: 2)
      #expect(rows == [row] && total == 1)
      #expect(try store.record(1) == row && store.record(2) == nil)
      for figure in figures {
        let points = try store.points(ofCell: "m/fp32", metric: figure.metric, RecordFilter(), limit: 10)
        #expect(points == [HistoryPoint(record: row, figure: figure)])
      }
      // A metric that nobody kept is no figure, and no 0.
      let none = try store.points(ofCell: "n/fp32", metric: "latency", RecordFilter(), limit: 10)
      #expect(none == [HistoryPoint(record: row, figure: nil)])
      #expect(try store.points(ofCell: "x", metric: "latency", RecordFilter(), limit: 10).isEmpty)
    }
  }

  @Test func addingTwiceIsNoDuplicate() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      _ = try store.add(Sample.record(1))
      #expect(try store.add(Sample.record(1)) == .known(number: 1, relabelled: false))
      #expect(try store.add(Sample.record(1, label: "abc")) == .known(number: 1, relabelled: true))
      #expect(try store.add(Sample.record(1, label: "abc")) == .known(number: 1, relabelled: false))
      // Without a label the one that is there stays.
      #expect(try store.add(Sample.record(1)) == .known(number: 1, relabelled: false))
      #expect(try store.records().rows.map(\.label) == ["abc"])
      // The same moment, suite and machine, but other bytes.
      let copy = String(repeating: "c", count: 64)
      #expect(try store.add(Sample.record(1, digest: copy)) == .added(number: 2, twins: [1]))
      #expect(try store.add(Sample.record(1, machine: Sample.slow, digest: "d")) == .added(number: 3, twins: []))
      #expect(try store.add(Sample.record(1, suite: "other", digest: "e")) == .added(number: 4, twins: []))
      #expect(try store.numbers(ofDigest: "00") == [1] && store.numbers(ofDigest: "cccc") == [2])
      #expect(try store.numbers(ofDigest: "").count == 4 && store.numbers(ofDigest: "", limit: 2) == [1, 2])
    }
  }

  @Test func numbersAreNeverUsedAgain() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      for index in 1...3 { _ = try store.add(Sample.record(index, machine: index == 3 ? Sample.slow : Sample.fast)) }
      #expect(try store.remove([3, 9, 3]) == 1)
      #expect(try store.add(Sample.record(3)) == .added(number: 4, twins: []))
      #expect(try store.records().rows.map(\.number) == [4, 2, 1])
    }
  }

  @Test func removingTakesAllOfARecord() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      _ = try store.add(
        Sample.record(1, cells: [Sample.cell("a/x", [Sample.figure()]), Sample.cell("b/x", [Sample.figure()])]))
      _ = try store.add(Sample.record(2, machine: Sample.slow, cells: [Sample.cell("b/x", [Sample.figure()])]))
      #expect(try store.cells("*", limit: 9).ids == ["a/x", "b/x"])
      #expect(try store.remove([1]) == 1)
      #expect(try store.cells("*", limit: 9).ids == ["b/x"])
      #expect(try store.machines(ofCell: "b/x").map(\.machine) == [Sample.slow])
      let counts = try store.queue.read { database in
        try ["record", "result", "figure", "machine", "cell"].map {
          try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \($0)")
        }
      }
      #expect(counts == [1, 1, 1, 1, 1])
    }
  }

  @Test func theNewestMachineComesFirst() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      for index in [5, 1, 3] { _ = try store.add(Sample.record(index)) }
      for index in [6, 2] { _ = try store.add(Sample.record(index, machine: Sample.slow)) }
      let cell = Sample.cellID
      let counts = try store.machines(ofCell: cell)
      #expect(counts.map(\.machine) == [Sample.slow, Sample.fast] && counts.map(\.records) == [2, 3])
      #expect(
        try store.machines(ofCell: cell, RecordFilter(until: Sample.start + 5 * Sample.day)).map(\.records) == [3, 1])
      #expect(try store.machines(ofCell: "other").isEmpty)
    }
  }

  @Test func pointsAreTheNewestOfTheMachineInTheOrderOfTime() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      // Added in another order than measured.
      for index in [5, 1, 4, 2, 3] { _ = try store.add(Sample.record(index)) }
      _ = try store.add(Sample.record(9, machine: Sample.slow))
      func values(_ filter: RecordFilter, _ limit: Int) throws -> [Double?] {
        try store.points(ofCell: Sample.cellID, metric: "throughput", filter, limit: limit).map { $0.figure?.value }
      }
      #expect(try values(RecordFilter(machine: Sample.fast.key), 3) == [103, 104, 105])
      #expect(try values(RecordFilter(machine: Sample.fast.key), 99) == [101, 102, 103, 104, 105])
      #expect(try values(RecordFilter(), 2) == [105, 109])
      #expect(try values(RecordFilter(), 0) == [])
    }
  }

  @Test(arguments: [
    (RecordFilter(), [6, 5, 4, 3, 2, 1]), (RecordFilter(suite: "quick"), [5, 4, 3, 2, 1]),
    (RecordFilter(suite: "n*"), [6]), (RecordFilter(workload: "bert*"), [4]),
    (RecordFilter(workload: "bert"), []), (RecordFilter(cell: "*/b8/*"), [4, 3]),
    (RecordFilter(workload: "resnet50", cell: "*/b8/*"), [3]),
    (RecordFilter(machine: "bbbb"), [5]), (RecordFilter(machine: "b"), [5]), (RecordFilter(machine: "*"), []),
    (RecordFilter(since: HistorySample.start + 5 * HistorySample.day), [6, 5]),
    (
      RecordFilter(
        since: HistorySample.start + 2 * HistorySample.day, until: HistorySample.start + 3 * HistorySample.day), [3, 2]
    ),
    (RecordFilter(label: "v1.*"), [2]), (RecordFilter(label: "V1.*"), []),
    (RecordFilter(label: "' OR 1=1 --"), []),
  ])
  func filtersMean(filter: RecordFilter, numbers: [Int64]) throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      let big = Sample.cell("resnet50/fp32/native/t1/b8/Offline", [])
      let bert = Sample.cell("bert-base/fp32/native/t1/b8/Offline", [])
      let small = Sample.cell("bert-base/fp32/native/t1/b1/Offline", [])
      _ = try store.add(Sample.record(1))
      _ = try store.add(Sample.record(2, label: "v1.0"))
      _ = try store.add(Sample.record(3, label: "v2.0", cells: [big]))
      // Its cell of batch 8 is no resnet50.
      _ = try store.add(Sample.record(4, cells: [bert, small, Sample.cell(Sample.cellID, [])]))
      _ = try store.add(Sample.record(5, machine: Sample.slow))
      _ = try store.add(Sample.record(6, suite: "nightly"))
      let (rows, total) = try store.records(filter)
      #expect(rows.map(\.number) == numbers && total == numbers.count)
      let (first, all) = try store.records(filter, limit: 1)
      #expect(first.map(\.number) == Array(numbers.prefix(1)) && all == numbers.count)
    }
  }

  @Test func cellsAreFoundByPattern() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      _ = try store.add(Sample.record(1, cells: ["c/x", "a/x", "b/y"].map { Sample.cell($0, []) }))
      let (ids, total) = try store.cells("*/x", limit: 1)
      #expect(ids == ["a/x"] && total == 2)
    }
  }

  @Test(arguments: [Double.nan, .infinity])
  func whatIsNotFiniteIsRefused(value: Double) throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      let figures = [
        Sample.figure("latency", value), Sample.figure("latency", 1, rounds: [StoredRound(round: 0, value: value)]),
      ]
      for figure in figures {
        let error = Sample.fault { _ = try store.add(Sample.record(1, cells: [Sample.cell("a/x", [figure])])) }
        #expect(error?.kind == .unusable && error?.reason == "the latency of a/x is not finite")
      }
      #expect(try store.records().total == 0)
    }
  }

  @Test(arguments: [StoredRound(round: 1 << 31, value: 1), StoredRound(round: 0, process: 1 << 31, value: 1)])
  func roundsWithoutRoomAreRefused(round: StoredRound) throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      let cell = Sample.cell("a/x", [Sample.figure("latency", 1, rounds: [round])])
      #expect(Sample.fault { _ = try store.add(Sample.record(1, cells: [cell])) }?.kind == .unusable)
      #expect(try store.records().total == 0)
    }
  }

  /// Two figures of one metric cannot be; what was written before them goes too.
  @Test func aRecordIsAddedAsAWholeOrNotAtAll() throws {
    try Sample.withPath { path in
      let store = try HistoryStore(path: path, for: .writing)
      let cells = [Sample.cell("a/x", [Sample.figure()]), Sample.cell("b/x", [Sample.figure(), Sample.figure()])]
      #expect(throws: StoreError.self) { _ = try store.add(Sample.record(1, cells: cells)) }
      #expect(try store.records().total == 0 && store.cells("*", limit: 9).total == 0)
      #expect(try store.add(Sample.record(1)) == .added(number: 1, twins: []))
    }
  }

  /// SQLite takes some names for something else than files.
  @Test(arguments: [":memory:", "file:x?mode=memory", "it's 100 %.sqlite"])
  func anyNameIsAFile(name: String) throws {
    try Sample.withFolder { folder in
      _ = try HistoryStore(path: "\(folder)/\(name)", for: .writing).add(Sample.record(1))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
      #expect(try HistoryStore(path: "\(folder)/\(name)", for: .reading).records().total == 1)
    }
  }
}
