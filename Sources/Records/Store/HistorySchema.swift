import GRDB

/// The tables of a history and how older ones become today's.
///
/// A migration that was published is never changed: histories of its version are out there. A new version is one more
/// registration here, one more constant in the tests, and a new ``version``.
enum HistorySchema {
  /// The version that this build writes.
  static let version = 2

  /// What names a SQLite database as a history of Assay's (`PRAGMA application_id`): "Assy" in ASCII.
  static let applicationID: Int32 = 0x4173_7379

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { try $0.execute(sql: first) }
    migrator.registerMigration("v2") { try $0.execute(sql: second) }
    return migrator
  }

  /// Records, cells by their stable id, and figures.
  ///
  /// Words that many rows share, such as why there is no figure, are kept once (`phrase`). Rows of one record lie together, so
  /// that adding one touches few pages; `result_cell` leads from a cell to its records.
  private static let first = """
    PRAGMA application_id = \(applicationID);
    CREATE TABLE machine (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      facts TEXT NOT NULL
    ) STRICT;
    CREATE TABLE phrase (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE record (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      digest TEXT NOT NULL UNIQUE,
      path TEXT NOT NULL,
      created INTEGER NOT NULL,
      created_at TEXT NOT NULL,
      added_at TEXT NOT NULL,
      suite TEXT NOT NULL,
      tool TEXT NOT NULL,
      status TEXT NOT NULL,
      machine INTEGER NOT NULL REFERENCES machine(id)
    ) STRICT;
    CREATE INDEX record_created ON record(created, id);
    CREATE INDEX record_machine ON record(machine, created);
    CREATE TABLE cell (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      workload TEXT NOT NULL
    ) STRICT;
    CREATE TABLE result (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      cell INTEGER NOT NULL REFERENCES cell(id),
      UNIQUE (record, cell)
    ) STRICT;
    CREATE INDEX result_cell ON result(cell, record);
    CREATE TABLE figure (
      result INTEGER NOT NULL REFERENCES result(id) ON DELETE CASCADE,
      metric TEXT NOT NULL,
      value REAL,
      lower REAL,
      upper REAL,
      count INTEGER NOT NULL,
      source INTEGER REFERENCES phrase(id),
      missing INTEGER REFERENCES phrase(id),
      PRIMARY KEY (result, metric)
    ) STRICT, WITHOUT ROWID;
    """

  /// What the user calls a record, what else may explain a change, and the values of all rounds.
  private static let second = """
    ALTER TABLE record ADD COLUMN label TEXT;
    ALTER TABLE record ADD COLUMN setting INTEGER REFERENCES phrase(id);
    ALTER TABLE figure ADD COLUMN rounds BLOB;
    """
}
