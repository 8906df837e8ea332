import Foundation
import GRDB
import Testing

@testable import Store

private typealias Sample = HistorySample

@Suite struct TwoWritersTests {
  private static let program = "/usr/bin/sqlite3"

  private static func expectSound(_ path: String, records: Int) throws {
    let store = try HistoryStore(path: path, for: .reading)
    #expect(try store.records().total == records)
    try store.queue.read { database in
      let check = try String.fetchOne(database, sql: "PRAGMA integrity_check")
      #expect(check == "ok")
      // Each record with its cell and its figure.
      let figures = try Int.fetchOne(
        database, sql: "SELECT COUNT(*) FROM figure JOIN result ON result.id = figure.result")
      #expect(figures == records)
    }
  }

  /// SQLite's own shell writes as another process while this one does.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: program), "there is no \(program)"))
  func anotherProcessLosesNothing() throws {
    try Sample.withFolder { folder in
      let path = "\(folder)/history.sqlite"
      let store = try HistoryStore(path: path, for: .writing)
      _ = try store.add(Sample.record(0))
      let count = 150
      let script = (0..<count).map { index in
        """
        BEGIN IMMEDIATE;
        INSERT INTO record (digest, path, created, created_at, added_at, suite, tool, status, machine)
          VALUES ('other \(index)', 'p', \(index), 'c', 'a', 's', 't', 'complete', 1);
        INSERT INTO result (record, cell) VALUES (last_insert_rowid(), 1);
        INSERT INTO figure (result, metric, value, count) VALUES (last_insert_rowid(), 'latency', \(index), 1);
        COMMIT;
        """
      }
      try (".bail on\n.timeout 60000\n" + script.joined(separator: "\n")).write(
        toFile: "\(folder)/script", atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.program)
      process.arguments = [path]
      process.standardInput = FileHandle(forReadingAtPath: "\(folder)/script")
      try process.run()
      var index = 0
      // As many as it takes to be there all the time that the other one writes.
      while process.isRunning || index < count {
        index += 1
        _ = try store.add(Sample.record(index))
        #expect(try store.records(limit: 1).total > index)
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      try Self.expectSound(path, records: 1 + index + count)
    }
  }

  /// Each with a connection of its own, from the first moment of a file that is not there.
  @Test func connectionsThatBeginAtOnceLoseNothing() throws {
    try Sample.withPath { path in
      let (writers, each) = (8, 25)
      let failures = Failures()
      DispatchQueue.concurrentPerform(iterations: writers) { writer in
        do {
          let store = try HistoryStore(path: path, for: .writing, patience: 60)
          for index in 0..<each { _ = try store.add(Sample.record(writer * each + index)) }
        } catch { failures.add("\(error)") }
      }
      #expect(failures.all == [])
      try Self.expectSound(path, records: writers * each)
    }
  }

  /// Who adds what another adds too, finds it or adds it: once in all.
  @Test func oneRecordFromManySidesIsThereOnce() throws {
    try Sample.withPath { path in
      let failures = Failures()
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do {
          let store = try HistoryStore(path: path, for: .writing, patience: 60)
          for index in 0..<20 { _ = try store.add(Sample.record(index)) }
        } catch { failures.add("\(error)") }
      }
      #expect(failures.all == [])
      try Self.expectSound(path, records: 20)
    }
  }

  private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [String] = []

    var all: [String] { lock.withLock { found } }

    func add(_ failure: String) { lock.withLock { found.append(failure) } }
  }
}
