import GRDB
import Glibc

/// Figures of many records in one SQLite file, so that runs of different days can be held against each other.
///
/// The store never interprets: it keeps the rows that it is given. It uses SQLite's rollback journal and not the write-ahead
/// log, so that a history is one file, which may be copied, cached by CI and read from a read-only place or over a network.
/// A writer locks readers out only while it commits one record; who finds the file locked waits (``patience``).
public struct HistoryStore: Sendable {
  /// Where it lies.
  public let path: String
  let queue: DatabaseQueue

  /// How long a process waits for others that write, in seconds.
  public static let patience = 10.0

  /// What a history is opened for.
  public enum Access: Hashable, Sendable {
    /// It must be there. One of an older schema is brought up to date all the same.
    case reading
    /// It is made where it is not there.
    case writing
  }

  /// Opens a history, and brings one of an older schema up to date.
  ///
  /// - Parameter patience: how long to wait for other processes, in seconds.
  /// - Throws: ``StoreError``: not found, no history, damaged, of a newer schema, locked, or not writable.
  public init(path: String, for access: Access, patience: Double = patience) throws(StoreError) {
    try self.init(path: path, for: access, patience: patience, pageLimit: nil)
  }

  /// - Parameter pageLimit: the most pages that the file may have, as if the disk had no room for more.
  init(path: String, for access: Access, patience: Double, pageLimit: Int?) throws(StoreError) {
    self.path = path
    try Self.requireFile(path, access)
    var configuration = Configuration()
    configuration.label = "history"
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase { database in
      // Nothing that a stranger wrote into a schema runs. What was told to be kept survives a power failure.
      try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL")
      // Large records stay in memory until they are committed: spilt pages would lock readers out for as long.
      try database.execute(sql: "PRAGMA cache_size = -65536; PRAGMA cache_spill = OFF")
      if let pageLimit { try database.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
    }
    do {
      // SQLite takes an empty path, `:memory:` and more for something else than files.
      queue = try DatabaseQueue(path: path.hasPrefix("/") ? path : "./\(path)", configuration: configuration)
      try Self.requireHistory(queue, path)
      try Self.migrate(queue)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Runs what reads or writes, and says what went wrong as one sentence.
  func told<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
    do { return try body() } catch { throw StoreError(error, path: path) }
  }

  private static func requireFile(_ path: String, _ access: Access) throws(StoreError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw StoreError(kind: .notFound, path: path, reason: "a history needs the path of a file")
    }
    // Only looked at: to open and close it would drop the locks that SQLite holds in this process.
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      if access == .writing, code == ENOENT || code == ENOTDIR { return }
      guard code == ENOENT || code == ENOTDIR else {
        throw StoreError(
          kind: .notFound, path: path, reason: "the history cannot be opened; check its folder's permissions")
      }
      throw StoreError(
        kind: .notFound, path: path, reason: "there is no history; begin one with assay history add RECORD")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError(kind: .foreign, path: path, reason: "is not a regular file; a history is a SQLite database")
    }
    guard status.st_size > 0 || access == .writing else {
      throw StoreError(
        kind: .notFound, path: path, reason: "the file is empty; begin a history with assay history add RECORD")
    }
    // SQLite takes what is smaller than its smallest page for an empty database, and would write over it.
    guard status.st_size == 0 || status.st_size >= 512 else {
      throw StoreError(kind: .foreign, path: path, reason: "is no history of assay's, which is a SQLite database")
    }
  }

  /// Refuses databases of other programs, which must not be changed, and of newer schemas.
  private static func requireHistory(_ queue: DatabaseQueue, _ path: String) throws {
    try queue.read { database in
      let identity = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'")
      // Empty: a file that is new, or that another process begins at this moment.
      guard identity == HistorySchema.applicationID || identity == 0 && tables.isEmpty else {
        throw StoreError(
          kind: .foreign, path: path, reason: "is a database of another program, not a history of assay's")
      }
      guard try !HistorySchema.migrator.hasBeenSuperseded(database) else {
        throw StoreError(
          kind: .newer, path: path,
          reason: "was written by a newer assay; this one reads histories up to schema \(HistorySchema.version)")
      }
    }
  }

  private static func migrate(_ queue: DatabaseQueue) throws {
    let migrator = HistorySchema.migrator
    for attempt in 1... {
      do {
        if try queue.read({ try migrator.hasCompletedMigrations($0) }) { return }
        return try migrator.migrate(queue)
      } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_ERROR && attempt <= 4 {
        // Another process made the same tables since this one looked for them; what is left is looked up again.
      }
    }
  }
}
