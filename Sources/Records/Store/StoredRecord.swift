/// A record as the history keeps it: who, when, where, and the figures of its cells.
public struct StoredRecord: Hashable, Sendable {
  /// SHA-256 of the record's file in hexadecimal: what is kept once, however often it is added.
  public let digest: String
  /// Where the file lay when it was added.
  public let path: String
  /// When the run began, in seconds since 1970: what records are ordered by.
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
  /// What else may explain a change, such as the kernel's version, as a text of the caller's own; nil for nothing.
  public let setting: String?
  /// What the user calls it, for example a commit; nil for nothing.
  public let label: String?
  /// Its cells.
  public let cells: [Cell]

  /// Makes a record.
  public init(
    digest: String, path: String, created: Int64, createdAt: String, addedAt: String, suite: String, tool: String,
    status: String, machine: StoredMachine, setting: String? = nil, label: String? = nil, cells: [Cell]
  ) {
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

  /// One cell and its figures.
  public struct Cell: Hashable, Sendable {
    /// The cell's stable id, by which records of different days join.
    public let id: String
    /// The workload's name.
    public let workload: String
    /// At most one figure a metric.
    public let figures: [StoredFigure]

    /// Makes a cell.
    public init(id: String, workload: String, figures: [StoredFigure]) {
      self.id = id
      self.workload = workload
      self.figures = figures
    }
  }
}
