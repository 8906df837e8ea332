import Store

/// Asks a history for a trend: one cell, one metric, one machine.
public struct TrendQuery: Hashable, Sendable {
  /// A cell's id, or a pattern that means one cell.
  public var cell: String
  /// The metric.
  public var metric: Metric
  /// Which records; its `machine` chooses among several, and its `cell` is not looked at.
  public var filter: RecordFilter
  /// The most records; the newest are taken.
  public var limit: Int

  /// Asks for so many records where nobody says how many.
  public static let usualLimit = 500

  /// Makes a question.
  public init(cell: String, metric: Metric, filter: RecordFilter = RecordFilter(), limit: Int = usualLimit) {
    self.cell = cell
    self.metric = metric
    self.filter = filter
    self.limit = limit
  }

  /// The trend on the machine that was asked for, or else on the one of the newest record; others are counted.
  ///
  /// - Throws: ``HistoryError`` where there is no such cell or machine, or several; ``StoreError``.
  public func answer(from store: HistoryStore) throws -> Trend {
    let cell = try cell(in: store)
    var filter = filter
    filter.cell = nil
    let wanted = filter.machine
    filter.machine = nil
    let machines = try store.machines(ofCell: cell, filter)
    let chosen = wanted.map { key in machines.filter { $0.machine.key.hasPrefix(key) } } ?? Array(machines.prefix(1))
    if chosen.count > 1 {
      throw HistoryError(
        "--machine \(wanted ?? "") means \(Self.list(chosen)); give more of the key.", exitCode: 64)
    }
    guard let machine = chosen.first else {
      throw HistoryError(
        wanted == nil || machines.isEmpty
          ? "No record with \(cell) is left by --suite, --label, --since and --until."
          : "No record with \(cell) is of a machine \(wanted ?? ""); there is \(Self.list(machines)).",
        exitCode: 66)
    }
    filter.machine = machine.machine.key
    let points = try store.points(ofCell: cell, metric: metric.rawValue, filter, limit: limit)
    return Trend(
      cell: cell, metric: metric, points, machine: machine.machine, others: machines.filter { $0 != machine },
      older: max(0, machine.records - points.count))
  }

  private func cell(in store: HistoryStore) throws -> String {
    // An id may hold what patterns use.
    if try !store.machines(ofCell: cell).isEmpty { return cell }
    let shown = 5
    // What measures speed alone is not meant where accuracy is asked for, and the other way round.
    let measured = try store.cells(cell, with: metric.rawValue, limit: shown)
    let (ids, total) = measured.total > 0 ? measured : try store.cells(cell, limit: shown)
    if total == 1 { return ids[0] }
    if total > 1 {
      let more = total > shown ? " and \(total - shown) more" : ""
      throw HistoryError("--cell \(cell) means \(ids.joined(separator: ", "))\(more); name one.", exitCode: 64)
    }
    let near = try store.cells("\(cell.prefix { $0 != "/" })/*", limit: shown).ids
    let hint = near.isEmpty ? "" : ", but \(near.joined(separator: ", "))"
    throw HistoryError("\(store.path): no record has a cell \(cell)\(hint).", exitCode: 66)
  }

  private static func list(_ machines: [HistoryStore.MachineCount]) -> String {
    machines.map { "\($0.machine.key) (\($0.machine.facts))" }.joined(separator: ", ")
  }
}
