import Analysis
import Energy
import NumericFormats
import Records
import Statistics

/// What a run says of one workload: the best of what was measured, and how many others may be as good.
///
/// Cells that ran elsewhere than asked for compete for nothing.
struct Answer {
  /// The workload's name.
  let workload: String
  /// The cell with the most samples a second, and how many cells cannot be told apart from it.
  let fastest: Best?
  /// The cell with the least median latency.
  let quickest: Best?
  /// The cell with the fewest joules a sample by one meter, or by a model where no meter told anything.
  let thriftiest: Best?
  /// Why there is no energy; nil where there is.
  let noEnergy: String?
  /// What each precision costs in accuracy, one entry for each that was compared, the least error first.
  let losses: [Loss]

  /// A cell that is the best in something.
  struct Best {
    let cell: CellSummary
    /// Cells that cannot be told apart from it (Welch's test, Holm's correction, 5 %).
    let ties: Int
    /// Cells of which nobody knows, because they or the best have fewer than two processes.
    let unknown: Int
  }

  /// What a precision or a contract costs.
  struct Loss {
    /// Its name.
    let name: String
    /// How close its outputs are.
    let fidelity: Fidelity
    /// The cell that compared them.
    let cell: CellSummary
  }

  /// One for each workload, in the record's order.
  static func all(in record: Record, _ summary: RunSummary) -> [Answer] {
    var groups: [(workload: String, cells: [(CellSummary, Record.CellResult)])] = []
    for (cell, result) in zip(summary.cells, record.cells) {
      if let index = groups.firstIndex(where: { $0.workload == cell.cell.workload }) {
        groups[index].cells.append((cell, result))
      } else {
        groups.append((cell.cell.workload, [(cell, result)]))
      }
    }
    return groups.map { Answer($0.workload, $0.cells) }
  }

  private init(_ workload: String, _ all: [(CellSummary, Record.CellResult)]) {
    self.workload = workload
    let sound = all.filter { !$0.0.isMisplaced && ($0.0.throughput?.mean ?? 0) > 0 }
    fastest = Self.best(sound) { cell, _ in cell.throughput?.processes ?? [] }
    quickest = Self.best(sound.filter { $0.0.latency != nil }) { _, result in
      MetricSeries(.latency, of: result).independent.map { 1 / $0 }
    }
    let metered = Self.metered(sound)
    // What few rounds were metered by has no test of its own here: meters err alike in all of them.
    thriftiest = metered.min { ($0.energy?.knownJoules ?? .infinity) < ($1.energy?.knownJoules ?? .infinity) }.map {
      Best(cell: $0, ties: 0, unknown: 0)
    }
    noEnergy = metered.isEmpty ? Self.whyNoEnergy(sound.map(\.0)) : nil
    losses = all.compactMap { cell, _ -> Loss? in
      guard let fidelity = cell.fidelity, cell.cell.precision != .fp32 else { return nil }
      return Loss(name: CellWords.numerics(cell.cell), fidelity: fidelity, cell: cell)
    }.reduce(into: [Loss]()) { losses, loss in
      // Threads and batches change nothing about a precision.
      if !losses.contains(where: { $0.name == loss.name && $0.fidelity == loss.fidelity }) { losses.append(loss) }
    }.sorted { ($0.fidelity.relativeError, $0.name) < ($1.fidelity.relativeError, $1.name) }
  }

  private static func best(
    _ cells: [(CellSummary, Record.CellResult)], _ values: (CellSummary, Record.CellResult) -> [Double]
  ) -> Best? {
    let entries = Ranking(cells.map(values)).entries
    guard let best = entries.first else { return nil }
    return Best(
      cell: cells[best.index].0, ties: entries.count { $0.standing == .tied },
      unknown: entries.count { $0.standing == .unknown })
  }

  /// Those whose joules one meter told, the one that told the most cells; else those of one model. Others are not comparable.
  private static func metered(_ cells: [(CellSummary, Record.CellResult)]) -> [CellSummary] {
    func largest(_ name: (CellSummary) -> String?) -> [CellSummary] {
      let groups = Dictionary(grouping: cells.map(\.0).filter { name($0) != nil }) { name($0) ?? "" }
      return groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value ?? []
    }
    let measured = largest { cell in
      if case .measured(let energy) = cell.energy {
        "\(energy.source) \(energy.domains.joined(separator: " "))"
      } else {
        nil
      }
    }
    return measured.isEmpty
      ? largest { cell in if case .modelled(let energy) = cell.energy { energy.model } else { nil } } : measured
  }

  private static func whyNoEnergy(_ cells: [CellSummary]) -> String {
    for cell in cells {
      if case .unavailable(let reason) = cell.energy { return reason }
    }
    return cells.isEmpty ? "Nothing was timed." : "No cell was metered."
  }
}
