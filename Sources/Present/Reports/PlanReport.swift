import NumericFormats
import Records

/// What `assay plan` prints: every cell that a run would measure, in order, and about how long it takes.
public struct PlanReport {
  private let suite: String
  private let rows: [Row]
  private let totalSeconds: Double?
  private let basis: String?
  private let style: ReportStyle

  /// One planned cell.
  public struct Row: Hashable, Sendable {
    let cell: Cell
    let rounds: Int
    let seconds: Double?

    /// Makes a row; `seconds` estimates all rounds together, nil where nothing is known.
    public init(cell: Cell, rounds: Int, seconds: Double?) {
      self.cell = cell
      self.rounds = rounds
      self.seconds = seconds
    }
  }

  /// Makes a report; `totalSeconds` estimates the whole run, nil where nothing is known; `basis` says what estimates assume.
  public init(
    suite: String, rows: [Row], totalSeconds: Double?, basis: String? = nil, style: ReportStyle = ReportStyle()
  ) {
    self.suite = suite
    self.rows = rows
    self.totalSeconds = totalSeconds
    self.basis = basis
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    var table = TextTable([
      .init("#", .right), .init("cell", isShortenable: true), .init("execution"), .init("contract", dropOrder: 2),
      .init("PUs", dropOrder: 1), .init("rounds", .right), .init("about", .right),
    ])
    for (index, row) in rows.enumerated() {
      table.add(row: [
        "\(index + 1)", row.cell.id, row.cell.execution.rawValue, row.cell.contract,
        row.cell.placement.instances.map(Figure.ranges).joined(separator: " + "), "\(row.rounds)",
        row.seconds.map(Figure.clock) ?? "?",
      ])
    }
    let time = totalSeconds.map { "about \(Figure.clock($0))" } ?? "time unknown"
    let closing = "Suite \(suite): \(Figure.counted(rows.count, "cell")), \(time). Nothing was run."
    let notes = basis.map { style.paragraph($0, lead: "  ", .subdued) } ?? []
    return (table.rendered(style) + ["", style.text(closing, .title)] + notes).joined(separator: "\n") + "\n"
  }
}
