import Store

/// One metric of one cell on one machine over time, and where it changed.
public struct Trend: Codable, Hashable, Sendable {
  /// The cell's id.
  public let cell: String
  /// The metric.
  public let metric: Metric
  /// The unit of values; empty for shares.
  public let unit: String
  /// Which way is better.
  public let better: Metric.Direction
  /// The machine; nil where no machine measured the cell.
  public let machine: StoredMachine?
  /// The meter behind all values of energy; nil for other metrics.
  public let source: String?
  /// The values, the oldest first.
  public let points: [Point]
  /// Where the level changed, in the order of time.
  public let changes: [Change]
  /// Why nobody looked for changes, as a sentence; nil where they were looked for.
  public let unsearched: String?
  /// What was asked of the records' runs in more than one way, for example `min-duration 0.2 s, 10.0 s`: their values are joined
  /// all the same.
  public let mixed: [String]
  /// Records that are left out.
  public let leftOut: LeftOut

  /// The value of one record.
  public struct Point: Codable, Hashable, Sendable {
    /// The record's number in the history.
    public let number: Int64
    /// When the run began, ISO 8601 UTC.
    public let createdAt: String
    /// What the user calls the record; nil for nothing.
    public let label: String?
    /// The median over processes, in the metric's unit.
    public let value: Double
    /// The lower end of its 95 % interval; nil where too few values tell none.
    public let lower: Double?
    /// The upper end.
    public let upper: Double?
    /// Independent values behind it.
    public let count: Int
  }

  /// A change of the level.
  public struct Change: Codable, Hashable, Sendable {
    /// Which point is the first one after it.
    public let index: Int
    /// How probable such a change is where there is none.
    public let p: Double
    /// The median of the values before it, back to the change before.
    public let before: Double
    /// The median of the values after it, up to the next change.
    public let after: Double
    /// `after` over `before`; nil for metrics that are compared by differences.
    public let ratio: Double?
    /// Whether it is to the worse.
    public let isWorse: Bool
    /// What else differs between the records on both sides, for example `kernel 6.1.0 → 6.8.0`; nil where one of them kept
    /// nothing of it.
    public let differences: [String]?
  }

  /// Records of the cell that are not among the points, and why.
  public struct LeftOut: Codable, Hashable, Sendable {
    /// Other machines and their records, which are never joined.
    public let machines: [HistoryStore.MachineCount]
    /// Records older than the limit allows.
    public let older: Int
    /// Other meters, whose joules are not comparable, and their records.
    public let sources: [Reason]
    /// Reasons why records have no value.
    public let missing: [Reason]
  }

  /// Why so many records are left out.
  public struct Reason: Codable, Hashable, Sendable {
    /// Why: a sentence, or the name of a meter.
    public let text: String
    /// How many.
    public let records: Int
  }
}
