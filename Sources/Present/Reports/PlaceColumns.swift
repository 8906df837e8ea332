import Analysis
import NumericFormats
import Records

/// The first columns of tables of cells: where they ran and what was measured, as far as it tells them apart.
struct PlaceColumns {
  private let showsInstances: Bool
  private let showsPlacement: Bool

  /// Chooses the columns that these cells need.
  init(_ cells: [CellSummary]) {
    showsInstances = cells.contains { $0.cell.placement.instances.count > 1 }
    showsPlacement = cells.contains { !$0.cell.placement.variations.isEmpty || $0.cell.blasThreads != nil }
  }

  /// The columns.
  var columns: [TextTable.Column] {
    (showsInstances ? [.init("instances", .right)] : []) + [.init("threads", .right)]
      + (showsPlacement ? [.init("placement")] : []) + [.init("batch", .right), .init("scenario")]
  }

  /// One cell's texts.
  func texts(of summary: CellSummary) -> [String] {
    let cell = summary.cell
    let asked = cell.placement.variations + (cell.blasThreads.map { ["\($0) threads of BLAS"] } ?? [])
    return (showsInstances ? ["\(cell.placement.instances.count)"] : []) + ["\(cell.placement.threads)"]
      + (showsPlacement ? [asked.isEmpty ? "-" : asked.joined(separator: ", ")] : [])
      + ["\(cell.batch)", cell.measurement.name]
  }

  /// What the cells of one group of rows have in common.
  static func heading(of summary: CellSummary) -> String {
    let cell = summary.cell
    return [cell.workload, cell.precision.rawValue, cell.engine, cell.numerics].joined(separator: " · ")
  }
}
