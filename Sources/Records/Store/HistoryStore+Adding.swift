import Foundation
import GRDB

extension HistoryStore {
  /// What became of a record that was to be added.
  public enum Addition: Hashable, Sendable {
    /// It is new. `twins` are records of other files that began at the same second with the same suite on the same machine:
    /// most likely other copies of this run.
    case added(number: Int64, twins: [Int64])
    /// It was there; whether it has another label now.
    case known(number: Int64, relabelled: Bool)
  }

  /// Adds a record, or gives the one that is there its new label, where there is one.
  ///
  /// All of it is added, or where it fails nothing.
  /// - Throws: ``StoreError``.
  public func add(_ record: StoredRecord) throws(StoreError) -> Addition {
    if let problem = record.problem { throw StoreError(kind: .unusable, path: path, reason: problem) }
    return try told {
      try queue.write { database in
        let known = try Row.fetchOne(
          database, sql: "SELECT id, label FROM record WHERE digest = ?", arguments: [record.digest])
        if let known {
          let number: Int64 = try known.required("id")
          guard let label = record.label, try known.optional("label") != label else {
            return .known(number: number, relabelled: false)
          }
          try database.execute(sql: "UPDATE record SET label = ? WHERE id = ?", arguments: [label, number])
          return .known(number: number, relabelled: true)
        }
        var writer = RecordWriter(database)
        return try writer.add(record)
      }
    }
  }
}

extension StoredRecord {
  /// What SQLite would keep as something else, as a clause: it takes NaN for NULL.
  fileprivate var problem: String? {
    for cell in cells {
      for figure in cell.figures {
        let values = [figure.value, figure.lower, figure.upper].compactMap(\.self) + (figure.rounds ?? []).map(\.value)
        guard values.allSatisfy(\.isFinite) else { return "the \(figure.metric) of \(cell.id) is not finite" }
        guard figure.rounds.map({ $0.bytes != nil }) ?? true else {
          return "a round of the \(figure.metric) of \(cell.id) has a number that cannot be"
        }
      }
    }
    return nil
  }
}

/// Writes one record in one transaction.
private struct RecordWriter {
  let database: Database
  var phrases: [String: Int64] = [:]

  init(_ database: Database) { self.database = database }

  mutating func add(_ record: StoredRecord) throws -> HistoryStore.Addition {
    let machine = try machine(record.machine)
    let twins = try Int64.fetchAll(
      database, sql: "SELECT id FROM record WHERE created = ? AND suite = ? AND machine = ? ORDER BY id",
      arguments: [record.created, record.suite, machine])
    let setting = try phrase(record.setting)
    try database.execute(
      sql: """
        INSERT INTO record (digest, path, created, created_at, added_at, suite, tool, status, machine, setting, label)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        record.digest, record.path, record.created, record.createdAt, record.addedAt, record.suite, record.tool,
        record.status, machine, setting, record.label,
      ])
    let number = database.lastInsertedRowID
    for cell in record.cells { try add(cell, to: number) }
    return .added(number: number, twins: twins)
  }

  private mutating func add(_ cell: StoredRecord.Cell, to record: Int64) throws {
    let id = try identifier(
      of: cell.id, select: "SELECT id FROM cell WHERE name = ?",
      insert: ("INSERT INTO cell (name, workload) VALUES (?, ?)", [cell.id, cell.workload]))
    try database.cachedStatement(sql: "INSERT INTO result (record, cell) VALUES (?, ?)").execute(
      arguments: [record, id])
    let result = database.lastInsertedRowID
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO figure (result, metric, value, lower, upper, count, source, missing, rounds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for figure in cell.figures {
      let (source, missing) = (try phrase(figure.source), try phrase(figure.missing))
      try insert.execute(arguments: [
        result, figure.metric, figure.value, figure.lower, figure.upper, figure.count, source, missing,
        figure.rounds.flatMap(\.bytes).map { Data($0) },
      ])
    }
  }

  private func machine(_ machine: StoredMachine) throws -> Int64 {
    try identifier(
      of: machine.key, select: "SELECT id FROM machine WHERE key = ?",
      insert: ("INSERT INTO machine (key, facts) VALUES (?, ?)", [machine.key, machine.facts]))
  }

  /// Words that are kept once.
  private mutating func phrase(_ text: String?) throws -> Int64? {
    guard let text else { return nil }
    if let known = phrases[text] { return known }
    let id = try identifier(
      of: text, select: "SELECT id FROM phrase WHERE text = ?",
      insert: ("INSERT INTO phrase (text) VALUES (?)", [text]))
    phrases[text] = id
    return id
  }

  private func identifier(
    of name: String, select: String, insert: (sql: String, arguments: StatementArguments)
  ) throws -> Int64 {
    if let id = try Int64.fetchOne(database.cachedStatement(sql: select), arguments: [name]) { return id }
    try database.cachedStatement(sql: insert.sql).execute(arguments: insert.arguments)
    return database.lastInsertedRowID
  }
}
