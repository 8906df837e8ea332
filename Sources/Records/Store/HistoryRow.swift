import GRDB

/// A record that a history holds, without its figures.
public struct HistoryRow: Codable, Hashable, Sendable {
  /// What names it in this history; never given to another record, also after it was removed.
  public let number: Int64
  /// SHA-256 of the record's file in hexadecimal.
  public let digest: String
  /// Where the file lay when it was added.
  public let path: String
  /// When the run began, in seconds since 1970.
  public let created: Int64
  /// The same as the record says it.
  public let createdAt: String
  /// When it was added, ISO 8601 UTC.
  public let addedAt: String
  /// The suite's name.
  public let suite: String
  /// The version of Assay that measured.
  public let tool: String
  /// How far the run got.
  public let status: String
  /// The machine that ran it.
  public let machine: StoredMachine
  /// What else may explain a change; nil where nothing was kept.
  public let setting: String?
  /// What the user calls it; nil for nothing.
  public let label: String?
  /// How many cells it has.
  public let cells: Int

  /// Makes a row.
  public init(
    number: Int64, digest: String, path: String, created: Int64, createdAt: String, addedAt: String, suite: String,
    tool: String, status: String, machine: StoredMachine, setting: String?, label: String?, cells: Int
  ) {
    self.number = number
    self.digest = digest
    self.path = path
    self.created = created
    self.createdAt = createdAt
    self.addedAt = addedAt
    self.suite = suite
    self.tool = tool
    self.status = status
    self.machine = machine
    self.setting = setting
    self.label = label
    self.cells = cells
  }

  /// The columns that ``init(_:)`` reads, of `record`, `machine` and of `phrase` as `setting`.
  static let columns = """
    record.id, record.digest, record.path, record.created, record.created_at, record.added_at, record.suite,
    record.tool, record.status, record.label, machine.key AS machine_key, machine.facts AS machine_facts,
    setting.text AS setting_text, (SELECT COUNT(*) FROM result WHERE result.record = record.id) AS cells
    """

  init(_ row: Row) throws {
    self.init(
      number: try row.required("id"), digest: try row.required("digest"), path: try row.required("path"),
      created: try row.required("created"), createdAt: try row.required("created_at"),
      addedAt: try row.required("added_at"), suite: try row.required("suite"), tool: try row.required("tool"),
      status: try row.required("status"),
      machine: StoredMachine(key: try row.required("machine_key"), facts: try row.required("machine_facts")),
      setting: try row.optional("setting_text"), label: try row.optional("label"), cells: try row.required("cells"))
  }
}
