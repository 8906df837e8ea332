/// Where a run stands, as one line.
public struct ProgressLine: Hashable, Sendable {
  /// The current cell, from 1.
  public var cell: Int
  /// Cells in all.
  public var cells: Int
  /// The current cell's id.
  public var id: String
  /// The current round, from 1.
  public var round: Int
  /// Rounds of the current cell.
  public var rounds: Int
  /// Seconds since the start.
  public var elapsed: Double
  /// Seconds to go, nil where nothing is known.
  public var remaining: Double?

  /// Makes a progress line.
  public init(
    cell: Int, cells: Int, id: String, round: Int, rounds: Int, elapsed: Double, remaining: Double?
  ) {
    self.cell = cell
    self.cells = cells
    self.id = id
    self.round = round
    self.rounds = rounds
    self.elapsed = elapsed
    self.remaining = remaining
  }

  /// For a terminal: one line of at most `width - 1` columns (the last one stays free, so that no terminal wraps),
  /// without control sequences. The id is cut first.
  public func live(width: Int) -> String {
    let count = String(cell).padded(to: String(cells).count, .right)
    let lead = "[\(count)/\(cells)] "
    let tail = "  round \(round)/\(rounds)  \(times)"
    let room = max(0, width - 1 - lead.displayWidth - tail.displayWidth)
    return (lead + id.printable.shortened(to: room) + tail).shortened(to: max(0, width - 1))
  }

  /// For files and pipes: one complete line without line feed.
  public var plain: String { "cell \(cell) of \(cells), round \(round) of \(rounds): \(id.printable); \(times)" }

  private var times: String {
    let left = remaining.map { "about \(Figure.clock($0)) left" } ?? "time left unknown"
    return "\(Figure.clock(elapsed)) elapsed, \(left)"
  }
}
