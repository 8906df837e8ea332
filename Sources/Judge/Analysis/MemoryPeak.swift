import NumericFormats
import Records

/// The cell that held the most memory among those alike in workload, precision, engine and batch.
public struct MemoryPeak: Codable, Hashable, Sendable {
  /// The cell's id.
  public let id: String
  /// Its peak against its plan.
  public let memory: CellSummary.Memory

  /// One entry for each family of cells with a round, in order of appearance.
  static func all(in cells: [CellSummary]) -> [MemoryPeak] {
    var families: [(cell: Cell, peak: MemoryPeak)] = []
    for summary in cells {
      guard let memory = summary.memory else { continue }
      let cell = summary.cell
      let entry = (cell: cell, peak: MemoryPeak(id: summary.id, memory: memory))
      let known = families.firstIndex {
        $0.cell.workload == cell.workload && $0.cell.precision == cell.precision && $0.cell.engine == cell.engine
          && $0.cell.batch == cell.batch
      }
      if let known {
        if families[known].peak.memory.peak < memory.peak { families[known] = entry }
      } else {
        families.append(entry)
      }
    }
    return families.map(\.peak)
  }
}
