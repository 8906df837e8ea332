import Foundation
import GRDB
import Testing

@testable import Store

private typealias Sample = HistorySample

/// Histories as older builds wrote them, by statements that are never changed.
@Suite struct MigrationTests {
  /// The statements of schema 1, as its build wrote them.
  private static let first = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('v1');
    PRAGMA application_id = 1098085241;
    CREATE TABLE machine (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, facts TEXT NOT NULL) STRICT;
    CREATE TABLE phrase (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE record (
      id INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, path TEXT NOT NULL, created INTEGER NOT NULL,
      created_at TEXT NOT NULL, added_at TEXT NOT NULL, suite TEXT NOT NULL, tool TEXT NOT NULL, status TEXT NOT NULL,
      machine INTEGER NOT NULL REFERENCES machine(id)) STRICT;
    CREATE INDEX record_created ON record(created, id);
    CREATE INDEX record_machine ON record(machine, created);
    CREATE TABLE cell (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, workload TEXT NOT NULL) STRICT;
    CREATE TABLE result (
      id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      cell INTEGER NOT NULL REFERENCES cell(id), UNIQUE (record, cell)) STRICT;
    CREATE INDEX result_cell ON result(cell, record);
    CREATE TABLE figure (
      result INTEGER NOT NULL REFERENCES result(id) ON DELETE CASCADE, metric TEXT NOT NULL, value REAL, lower REAL,
      upper REAL, count INTEGER NOT NULL, source INTEGER REFERENCES phrase(id), missing INTEGER REFERENCES phrase(id),
      PRIMARY KEY (result, metric)) STRICT, WITHOUT ROWID;
    INSERT INTO machine VALUES (1, 'aaaa000011112222', 'Example CPU 9000, 2 cores');
    INSERT INTO phrase VALUES (1, 'rapl:package-0'), (2, 'No round completed a sample.');
    INSERT INTO record VALUES
      (4, 'ab01', 'old/4.json', 1740830400, '2025-03-01T12:00:00Z', '2025-03-02T00:00:00Z', 'quick', '0.0.9', 'complete', 1),
      (5, 'ab02', 'old/5.json', 1740916800, '2025-03-02T12:00:00Z', '2025-03-03T00:00:00Z', 'quick', '0.0.9', 'complete', 1);
    INSERT INTO cell VALUES (1, 'resnet50/fp32', 'resnet50');
    INSERT INTO result VALUES (1, 4, 1), (2, 5, 1);
    INSERT INTO figure VALUES
      (1, 'energy', 0.5, 0.4, 0.6, 7, 1, NULL), (1, 'throughput', NULL, NULL, NULL, 0, NULL, 2),
      (2, 'energy', 0.75, NULL, NULL, 3, 1, NULL), (2, 'throughput', 12.5, 12, 13, 6, NULL, NULL);
    """

  /// What turned schema 1 into 2, and rows that only 2 can have.
  private static let second =
    first + """
      INSERT INTO grdb_migrations VALUES ('v2');
      ALTER TABLE record ADD COLUMN label TEXT;
      ALTER TABLE record ADD COLUMN setting INTEGER REFERENCES phrase(id);
      ALTER TABLE figure ADD COLUMN rounds BLOB;
      INSERT INTO phrase VALUES (3, '{"kernel":"6.1"}');
      UPDATE record SET label = 'v1.0', setting = 3 WHERE id = 5;
      UPDATE figure SET rounds = x'00000000FFFFFFFF0000000000002940' WHERE result = 2 AND metric = 'throughput';
      """

  private static func write(_ sql: String, to path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// By version, from 1.
  private static let fixtures = [first, second]

  /// A new version without a fixture is found out.
  @Test func everyVersionHasAFixture() {
    #expect(HistorySchema.version == Self.fixtures.count && HistorySchema.migrator.migrations == ["v1", "v2"])
  }

  @Test(arguments: [1, 2])
  func aHistoryOfAnEarlierSchemaGoesOn(version: Int) throws {
    try Sample.withPath { path in
      try Self.write(Self.fixtures[version - 1], to: path)
      let store = try HistoryStore(path: path, for: .reading)
      let rows = try store.records().rows
      #expect(rows.map(\.number) == [5, 4] && rows.map(\.digest) == ["ab02", "ab01"])
      #expect(rows.map(\.label) == [version < 2 ? nil : "v1.0", nil])
      #expect(rows.map(\.setting) == [version < 2 ? nil : "{\"kernel\":\"6.1\"}", nil])
      #expect(rows.allSatisfy { $0.machine == Sample.fast && $0.cells == 1 && $0.tool == "0.0.9" })
      let energy = try store.points(ofCell: "resnet50/fp32", metric: "energy", RecordFilter(), limit: 9)
      #expect(
        energy.map(\.figure) == [
          StoredFigure(metric: "energy", value: 0.5, lower: 0.4, upper: 0.6, count: 7, source: "rapl:package-0"),
          StoredFigure(metric: "energy", value: 0.75, count: 3, source: "rapl:package-0"),
        ])
      let throughput = try store.points(ofCell: "resnet50/fp32", metric: "throughput", RecordFilter(), limit: 9)
      let rounds = version < 2 ? nil : [StoredRound(round: 0, process: nil, value: 12.5)]
      #expect(
        throughput.map(\.figure) == [
          StoredFigure(metric: "throughput", value: nil, count: 0, missing: "No round completed a sample."),
          StoredFigure(metric: "throughput", value: 12.5, lower: 12, upper: 13, count: 6, rounds: rounds),
        ])
      // It goes on as any other.
      #expect(try store.add(Sample.record(7, label: "new")) == .added(number: 6, twins: []))
      #expect(try store.remove([4]) == 1)
      #expect(
        try HistoryStore(path: path, for: .reading).records().rows.map(\.label) == ["new", version < 2 ? nil : "v1.0"])
    }
  }

  /// The tables are the same, whether a history is new or came from an earlier schema.
  @Test(arguments: [1, 2])
  func migratedTablesAreThoseOfNewHistories(version: Int) throws {
    func columns(_ path: String) throws -> [String] {
      try HistoryStore(path: path, for: .writing).queue.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT m.name, m.type, c.name AS column, c.type AS kind, c."notnull" AS needed, c.pk FROM sqlite_master AS m
            LEFT JOIN pragma_table_info(m.name) AS c ORDER BY m.name, c.cid
            """
        ).map { "\(Array($0.databaseValues))" }
      }
    }
    try Sample.withFolder { folder in
      try Self.write(Self.fixtures[version - 1], to: "\(folder)/old")
      let new = try columns("\(folder)/new")
      #expect(new.count > 30)
      #expect(try columns("\(folder)/old") == new)
    }
  }

  @Test(arguments: [HistoryStore.Access.reading, .writing])
  func aNewerSchemaIsRefused(access: HistoryStore.Access) throws {
    try Sample.withPath { path in
      try Self.write(Self.second + "INSERT INTO grdb_migrations VALUES ('v3');", to: path)
      let before = try Sample.bytes(path)
      let error = Sample.fault { _ = try HistoryStore(path: path, for: access) }
      #expect(error?.kind == .newer && error?.exitCode == 65)
      #expect(error?.description == "\(path): was written by a newer assay; this one reads histories up to schema 2.")
      #expect(try Sample.bytes(path) == before)
    }
  }

  @Test(arguments: [
    "CREATE TABLE record (id INTEGER)",
    "CREATE TABLE grdb_migrations (identifier TEXT); INSERT INTO grdb_migrations VALUES ('other'); CREATE TABLE x (y)",
    "PRAGMA application_id = 7", "CREATE VIEW v AS SELECT 1",
  ])
  func databasesOfOthersAreLeftAlone(sql: String) throws {
    try Sample.withPath { path in
      try Self.write(sql, to: path)
      let before = try Sample.bytes(path)
      for access in [HistoryStore.Access.reading, .writing] {
        let error = Sample.fault { _ = try HistoryStore(path: path, for: access) }
        #expect(error?.kind == .foreign && error?.exitCode == 65)
        #expect(error?.reason == "is a database of another program, not a history of assay's")
      }
      #expect(try Sample.bytes(path) == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).count == 1)
    }
  }

  @Test func anEmptyFileBecomesAHistory() throws {
    try Sample.withPath { path in
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      let addition = try HistoryStore(path: path, for: .writing).add(Sample.record(1))
      #expect(addition == .added(number: 1, twins: []))
    }
  }
}
