import NumericFormats
import Records

/// Finds the cells of a record that compared outputs with FP32's.
struct FidelityFinder {
  private let cells: [Record.CellResult]

  init(_ record: Record) { cells = record.cells.filter { $0.cell.measurement == .fidelity } }

  /// Workloads of which outputs were compared, in the record's order.
  var workloads: [String] {
    cells.reduce(into: []) { if !$0.contains($1.cell.workload) { $0.append($1.cell.workload) } }
  }

  /// The cell that tells the closeness to FP32 of what `cell` times: of its own engine, or else the emulator's of the same
  /// contract, which computes the same bit by bit.
  func fidelity(of cell: Cell) -> Record.CellResult? {
    let alike = cells.filter { $0.cell.workload == cell.workload }
    let numerics = ModeDimension.numerics(of: cell)
    return alike.first { $0.cell.engine == cell.engine && ModeDimension.numerics(of: $0.cell) == numerics }
      ?? alike.first { $0.cell.isOfContract && $0.cell.contract == cell.contract && cell.assignment == nil }
  }

  /// Emulated cells of a workload.
  func emulated(of workload: String) -> [Record.CellResult] {
    cells.filter { $0.cell.workload == workload && $0.cell.execution == .emulated }
  }

  /// Emulated cells that stand beside timed ones: they would be of the family if they could be timed.
  func emulated(beside timed: [Record.CellResult], by dimension: ModeDimension) -> [Record.CellResult] {
    guard let first = timed.first?.cell else { return [] }
    let told = Set(timed.compactMap { fidelity(of: $0.cell)?.id })
    return emulated(of: first.workload).filter { result in
      let cell = result.cell
      guard !told.contains(result.id) else { return false }
      switch dimension {
      case .precision: return cell.isOfContract || cell.engine == first.engine
      case .engine: return ModeDimension.numerics(of: cell) == ModeDimension.numerics(of: first)
      case .threads, .batch: return false
      }
    }
  }
}
