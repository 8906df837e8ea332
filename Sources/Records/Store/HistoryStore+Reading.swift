import GRDB

extension HistoryStore {
  /// The records that a filter means, newest first, and how many there are without the limit.
  ///
  /// - Parameter limit: the most records; nil for all.
  /// - Throws: ``StoreError``.
  public func records(
    _ filter: RecordFilter = RecordFilter(), limit: Int? = nil
  ) throws(StoreError) -> (rows: [HistoryRow], total: Int) {
    try told {
      try queue.read { database in
        let (condition, arguments) = filter.condition
        let total = try Int.fetchOne(
          database, sql: "SELECT COUNT(*) FROM record JOIN machine ON machine.id = record.machine WHERE \(condition)",
          arguments: arguments)
        let rows = try Row.fetchAll(
          database, sql: Self.recordsSQL(condition), arguments: arguments + [limit.map { max(0, $0) } ?? -1])
        return (try rows.map(HistoryRow.init), total ?? 0)
      }
    }
  }

  static func recordsSQL(_ condition: String) -> String {
    """
    SELECT \(HistoryRow.columns)
    FROM record JOIN machine ON machine.id = record.machine LEFT JOIN phrase AS setting ON setting.id = record.setting
    WHERE \(condition)
    ORDER BY record.created DESC, record.id DESC LIMIT ?
    """
  }

  /// One record by its number; nil where there is none.
  ///
  /// - Throws: ``StoreError``.
  public func record(_ number: Int64) throws(StoreError) -> HistoryRow? {
    try told {
      try queue.read { database in
        try Row.fetchOne(database, sql: Self.recordsSQL("record.id = ?"), arguments: [number, 1]).map(HistoryRow.init)
      }
    }
  }

  /// Numbers of the records whose digest begins with `prefix`, of which at most `limit` are told.
  ///
  /// - Throws: ``StoreError``.
  public func numbers(ofDigest prefix: String, limit: Int = 8) throws(StoreError) -> [Int64] {
    try told {
      try queue.read { database in
        try Int64.fetchAll(
          database, sql: "SELECT id FROM record WHERE substr(digest, 1, length(?)) = ? ORDER BY id LIMIT ?",
          arguments: [prefix, prefix, limit])
      }
    }
  }

  /// Ids of cells that a pattern means, in alphabetical order, and how many there are without the limit.
  ///
  /// - Parameter metric: only those that have a value of it somewhere; nil for all.
  /// - Throws: ``StoreError``.
  public func cells(
    _ pattern: String, with metric: String? = nil, limit: Int
  ) throws(StoreError) -> (ids: [String], total: Int) {
    try told {
      try queue.read { database in
        let having =
          metric == nil
          ? ""
          : " AND EXISTS (SELECT 1 FROM result JOIN figure ON figure.result = result.id WHERE result.cell = cell.id "
            + "AND figure.metric = ? AND figure.value IS NOT NULL)"
        let names = "FROM cell WHERE name GLOB ?\(having)"
        let arguments = StatementArguments([pattern] + [metric].compactMap(\.self))
        let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) \(names)", arguments: arguments)
        let ids = try String.fetchAll(
          database, sql: "SELECT name \(names) ORDER BY name LIMIT ?", arguments: arguments + [limit])
        return (ids, total ?? 0)
      }
    }
  }

  /// A machine and how many records of a cell are its own.
  public struct MachineCount: Codable, Hashable, Sendable {
    /// The machine.
    public let machine: StoredMachine
    /// Its records.
    public let records: Int

    /// Makes a count.
    public init(machine: StoredMachine, records: Int) {
      self.machine = machine
      self.records = records
    }
  }

  /// The machines that measured a cell, the one of the newest record first.
  ///
  /// - Throws: ``StoreError``.
  public func machines(
    ofCell cell: String, _ filter: RecordFilter = RecordFilter()
  ) throws(StoreError) -> [MachineCount] {
    try told {
      try queue.read { database in
        let (condition, arguments) = filter.condition
        return try Row.fetchAll(
          database, sql: Self.machinesSQL(condition), arguments: StatementArguments([cell]) + arguments
        ).map { row in
          MachineCount(
            machine: StoredMachine(key: try row.required("key"), facts: try row.required("facts")),
            records: try row.required("records"))
        }
      }
    }
  }

  static func machinesSQL(_ condition: String) -> String {
    """
    SELECT machine.key, machine.facts, COUNT(*) AS records, MAX(record.created) AS newest
    FROM cell JOIN result ON result.cell = cell.id JOIN record ON record.id = result.record
      JOIN machine ON machine.id = record.machine
    WHERE cell.name = ? AND \(condition)
    GROUP BY machine.id ORDER BY newest DESC, machine.id DESC
    """
  }

  /// The figures of one metric of a cell, the oldest first.
  ///
  /// - Parameters:
  ///   - cell: the cell's id.
  ///   - metric: the metric's name.
  ///   - filter: which records; as it stands records of several machines come together.
  ///   - limit: the most records; the newest are taken.
  /// - Throws: ``StoreError``.
  public func points(
    ofCell cell: String, metric: String, _ filter: RecordFilter, limit: Int
  ) throws(StoreError) -> [HistoryPoint] {
    try told {
      try queue.read { database in
        let (condition, arguments) = filter.condition
        return try Row.fetchAll(
          database, sql: Self.pointsSQL(condition),
          arguments: StatementArguments([cell]) + arguments + [max(0, limit), metric]
        ).map(HistoryPoint.init)
      }
    }
  }

  /// The newest records are chosen before figures are looked up, of which there are many more.
  static func pointsSQL(_ condition: String) -> String {
    """
    SELECT \(HistoryRow.columns), \(HistoryPoint.columns)
    FROM (
        SELECT result.id AS result, record.id AS record
        FROM cell JOIN result ON result.cell = cell.id JOIN record ON record.id = result.record
          JOIN machine ON machine.id = record.machine
        WHERE cell.name = ? AND \(condition)
        ORDER BY record.created DESC, record.id DESC LIMIT ?
      ) AS newest
      JOIN record ON record.id = newest.record JOIN machine ON machine.id = record.machine
      LEFT JOIN phrase AS setting ON setting.id = record.setting
      LEFT JOIN figure ON figure.result = newest.result AND figure.metric = ?
      LEFT JOIN phrase AS source ON source.id = figure.source
      LEFT JOIN phrase AS missing ON missing.id = figure.missing
    ORDER BY record.created, record.id
    """
  }
}
