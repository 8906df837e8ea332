import Foundation
import GRDB
import Testing

@testable import Store

private typealias Sample = HistorySample

@Suite struct FaultTests {
  @Test func aHistoryThatIsNotThereIsToldHowToBegin() throws {
    try Sample.withPath { path in
      let error = Sample.fault { _ = try HistoryStore(path: path, for: .reading) }
      #expect(error?.kind == .notFound && error?.exitCode == 66)
      #expect(error?.reason == "there is no history; begin one with assay history add RECORD")
      // Looking makes none.
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// Who only looks writes nothing.
  @Test func anEmptyFileStaysEmptyForReaders() throws {
    try Sample.withPath { path in
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let error = Sample.fault { _ = try HistoryStore(path: path, for: .reading) }
      #expect(error?.kind == .notFound && error?.reason.hasPrefix("the file is empty") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
      _ = try HistoryStore(path: path, for: .writing)
      #expect(try !Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    }
  }

  @Test(arguments: ["", "a\u{0}b"])
  func aPathMustBeOne(path: String) {
    for access in [HistoryStore.Access.reading, .writing] {
      #expect(Sample.fault { _ = try HistoryStore(path: path, for: access) }?.kind == .notFound)
    }
  }

  @Test func aFolderThatIsMissingIsNamed() throws {
    try Sample.withFolder { folder in
      let error = Sample.fault { _ = try HistoryStore(path: "\(folder)/none/h.sqlite", for: .writing) }
      #expect(error?.kind == .cannotWrite && error?.exitCode == 73)
      #expect(error?.reason.contains("there is no folder \(folder)/none") == true)
    }
  }

  @Test(arguments: [HistoryStore.Access.reading, .writing])
  func aFolderOrAPipeIsNoHistory(access: HistoryStore.Access) throws {
    try Sample.withFolder { folder in
      try #require(mkfifo("\(folder)/pipe", 0o600) == 0)
      for path in [folder, "\(folder)/pipe", "/dev/null"] {
        let error = Sample.fault { _ = try HistoryStore(path: path, for: access) }
        #expect(error?.kind == .foreign && error?.exitCode == 65 && error?.reason.contains("regular file") == true)
      }
    }
  }

  @Test(arguments: [
    Data("{\"schemaVersion\":1}\n".utf8), Data(repeating: 0xA5, count: 8192), Data("x".utf8),
    Data("SQLite format 3\u{0}".utf8) + Data(repeating: 0xFF, count: 4096),
  ])
  func whatIsNoDatabaseIsLeftAsItIs(bytes: Data) throws {
    try Sample.withPath { path in
      try bytes.write(to: URL(fileURLWithPath: path))
      for access in [HistoryStore.Access.reading, .writing] {
        let error = Sample.fault { _ = try HistoryStore(path: path, for: access) }
        #expect(error?.kind == .foreign && error?.exitCode == 65)
        #expect(error?.reason == "is no history of assay's, which is a SQLite database")
      }
      #expect(try Sample.bytes(path) == bytes)
    }
  }

  private static func many(_ path: String, _ count: Int) throws {
    let store = try HistoryStore(path: path, for: .writing)
    for index in 0..<count {
      let cells = (0..<8).map { Sample.cell("m\($0)/x", [Sample.figure("latency"), Sample.figure("throughput")]) }
      _ = try store.add(Sample.record(index, cells: cells))
    }
  }

  /// Every page but the first is overwritten in turn: nothing ends the process, and what is told is damage or sound rows.
  @Test func damagedPagesAreToldAndLeftAsTheyAre() throws {
    try Sample.withPath { path in
      try Self.many(path, 40)
      let whole = try Sample.bytes(path)
      let pages = whole.count / 4096
      try #require(pages > 12)
      var damaged = 0
      for page in 1..<pages {
        var bytes = whole
        for offset in 0..<4096 { bytes[page * 4096 + offset] = UInt8(truncatingIfNeeded: offset &* 31 &+ page) }
        try bytes.write(to: URL(fileURLWithPath: path))
        do {
          let store = try HistoryStore(path: path, for: .reading)
          _ = try store.records()
          for cell in 0..<8 { _ = try store.points(ofCell: "m\(cell)/x", metric: "latency", RecordFilter(), limit: 99) }
        } catch let error as StoreError {
          #expect(error.kind == .damaged && error.exitCode == 65, "\(error)")
          #expect(error.reason.hasPrefix("the history is damaged (") && error.description.hasSuffix("a new one."))
          damaged += 1
        }
        #expect(try Sample.bytes(path) == bytes)
      }
      // Of some pages nobody reads anything here: those of the index of digests.
      #expect(damaged > pages / 2)
    }
  }

  @Test func aHistoryThatWasCutOffIsDamaged() throws {
    try Sample.withPath { path in
      try Self.many(path, 40)
      let whole = try Sample.bytes(path)
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
      let error = Sample.fault {
        let store = try HistoryStore(path: path, for: .writing)
        for cell in 0..<8 { _ = try store.points(ofCell: "m\(cell)/x", metric: "latency", RecordFilter(), limit: 99) }
      }
      #expect(error?.kind == .damaged && error?.exitCode == 65)
    }
  }

  /// Somebody changed the tables: rows of other types, or no table.
  @Test(arguments: [
    "ALTER TABLE record RENAME TO records", "ALTER TABLE record RENAME COLUMN suite TO suites",
    "UPDATE figure SET rounds = x'00'", "UPDATE figure SET value = 9e999",
    "UPDATE figure SET rounds = x'00000000FFFFFFFF000000000000F87F'",
    "UPDATE figure SET rounds = x'FFFFFFFFFFFFFFFF0000000000002940'",
    """
    PRAGMA foreign_keys = OFF; ALTER TABLE machine RENAME TO m; CREATE TABLE machine (id, key, facts);
    INSERT INTO machine SELECT id, key, NULL FROM m
    """,
    """
    PRAGMA foreign_keys = OFF; ALTER TABLE figure RENAME TO f;
    CREATE TABLE figure (result, metric, value, lower, upper, count, source, missing, rounds);
    INSERT INTO figure SELECT result, metric, 'much', lower, upper, count, source, missing, rounds FROM f
    """,
    """
    PRAGMA foreign_keys = OFF; ALTER TABLE figure RENAME TO f;
    CREATE TABLE figure (result, metric, value, lower, upper, count, source, missing, rounds);
    INSERT INTO figure SELECT result, metric, value, lower, upper, 1e300, source, missing, rounds FROM f
    """,
  ])
  func rowsThatCannotBeAreTold(sql: String) throws {
    try Sample.withPath { path in
      _ = try HistoryStore(path: path, for: .writing).add(Sample.record(1))
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA legacy_alter_table = ON;" + sql) }
      try queue.close()
      let error = Sample.fault {
        let store = try HistoryStore(path: path, for: .reading)
        _ = try store.records()
        _ = try store.points(ofCell: Sample.cellID, metric: "throughput", RecordFilter(), limit: 9)
      }
      #expect(error?.kind == .damaged && error?.exitCode == 65, "\(String(describing: error))")
    }
  }

  @Test func aFullDiskLeavesWhatWasThere() throws {
    try Sample.withPath { path in
      try Self.many(path, 3)
      let pages = try Sample.bytes(path).count / 4096
      let store = try HistoryStore(path: path, for: .writing, patience: 1, pageLimit: pages + 2)
      try Self.expectFull(store, path)
    }
  }

  /// Adds until nothing has room; what was told to be added is there, and the record that failed is not.
  private static func expectFull(_ store: HistoryStore, _ path: String) throws {
    var count = try store.records().total
    var failure: StoreError?
    for index in 1000..<3000 where failure == nil {
      let cells = (0..<40).map { Sample.cell("m\($0)/x", [Sample.figure("latency"), Sample.figure("throughput")]) }
      do {
        _ = try store.add(Sample.record(index, cells: cells))
        count += 1
      } catch { failure = error }
    }
    let error = try #require(failure)
    #expect(error.kind == .full && error.exitCode == 73)
    #expect(
      error.description == "\(path): the disk is full, so the history was left as it was; make room and try again.")
    #expect(try store.records().total == count)
    // And for whoever comes later.
    let later = try HistoryStore(path: path, for: .reading)
    #expect(try later.records().total == count)
    #expect(try later.queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    #expect(try later.queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").isEmpty })
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small tmpfs needs to be root with all rights"))
  func aSmallDiskThatFillsUpLeavesWhatWasThere() throws {
    try Sample.withFolder { folder in
      let disk = try #require(SmallDisk(at: folder, kilobytes: 512))
      defer { disk.unmount() }
      let path = "\(folder)/history.sqlite"
      try Self.many(path, 3)
      try Self.expectFull(HistoryStore(path: path, for: .writing), path)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small tmpfs needs to be root with all rights"))
  func aHistoryCannotBeginOnAFullDisk() throws {
    try Sample.withFolder { folder in
      let disk = try #require(SmallDisk(at: folder, kilobytes: 16))
      defer { disk.unmount() }
      let error = Sample.fault { _ = try HistoryStore(path: "\(folder)/history.sqlite", for: .writing) }
      #expect(error?.kind == .full && error?.exitCode == 73)
    }
  }

  @Test func whoeverKeepsItLockedIsWaitedForAndThenNamed() throws {
    try Sample.withPath { path in
      try Self.many(path, 1)
      let before = try Sample.bytes(path)
      let other = try DatabaseQueue(path: path)
      let store = try HistoryStore(path: path, for: .writing, patience: 0.2)
      try other.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        // Who writes is turned away, who reads is not.
        let error = Sample.fault { _ = try store.add(Sample.record(7)) }
        #expect(error?.kind == .locked && error?.exitCode == 73)
        #expect(error?.reason == "another process keeps the history locked; try again when it is done")
        let total = try store.records().total
        #expect(total == 1)
        try database.execute(sql: "COMMIT; BEGIN EXCLUSIVE")
        #expect(Sample.fault { _ = try store.records() }?.kind == .locked)
        #expect(Sample.fault { _ = try HistoryStore(path: path, for: .reading, patience: 0.2) }?.kind == .locked)
        try database.execute(sql: "COMMIT")
      }
      #expect(try Sample.bytes(path) == before)
      #expect(try store.add(Sample.record(7)) == .added(number: 2, twins: []))
    }
  }
}
