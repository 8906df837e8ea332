import Store

/// What `assay history list` shows: the newest records that a filter means.
public struct RecordListing: Codable, Hashable, Sendable {
  /// Where the history lies.
  public let store: String
  /// The records, newest first.
  public let records: [Entry]
  /// How many the filter means, shown or not.
  public let total: Int

  /// One record.
  public struct Entry: Codable, Hashable, Sendable {
    /// What names it in this history.
    public let number: Int64
    /// SHA-256 of its file in hexadecimal.
    public let sha256: String
    /// Where its file lay.
    public let path: String
    /// When the run began, ISO 8601 UTC.
    public let createdAt: String
    /// When it was added.
    public let addedAt: String
    /// The suite's name.
    public let suite: String
    /// The version of Assay that measured.
    public let tool: String
    /// How far the run got.
    public let status: String
    /// What the user calls it; nil for nothing.
    public let label: String?
    /// The machine that ran it.
    public let machine: StoredMachine
    /// Versions and settings by name; nil where the version that added it kept none.
    public let setting: [String: String]?
    /// How many cells it has.
    public let cells: Int

    /// Shows a row.
    public init(_ row: HistoryRow) {
      number = row.number
      sha256 = row.digest
      path = row.path
      createdAt = row.createdAt
      addedAt = row.addedAt
      suite = row.suite
      tool = row.tool
      status = row.status
      label = row.label
      machine = row.machine
      setting = row.setting.map { SettingFacts(text: $0).values }
      cells = row.cells
    }
  }

  /// Asks a history.
  ///
  /// - Parameter limit: the most records; nil for all.
  /// - Throws: ``StoreError``.
  public init(_ store: HistoryStore, _ filter: RecordFilter, limit: Int?) throws(StoreError) {
    let (rows, total) = try store.records(filter, limit: limit)
    self.init(store: store.path, rows: rows, total: total)
  }

  /// Shows rows.
  public init(store: String, rows: [HistoryRow], total: Int) {
    self.store = store
    records = rows.map(Entry.init)
    self.total = total
  }
}
