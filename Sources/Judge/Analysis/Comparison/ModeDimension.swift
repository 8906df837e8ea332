import NumericFormats
import Records

/// What the cells of one family differ in.
public enum ModeDimension: String, Codable, CaseIterable, Hashable, Sendable {
  /// Their precision, and what follows from it: contract and calibration.
  case precision
  /// Their engine.
  case engine
  /// The threads of each instance.
  case threads
  /// Their samples per inference.
  case batch

  /// What else a cell is: equal for all cells of a family, one text a part.
  func family(of cell: Cell) -> [String] {
    [
      cell.workload, self == .precision ? "" : Self.numerics(of: cell), self == .engine ? "" : cell.engine,
      self == .threads ? "" : "t\(cell.placement.threads)",
      cell.placement.instances.count > 1 ? "i\(cell.placement.instances.count)" : "",
      cell.placement.variations.joined(separator: "/"), self == .batch ? "" : "b\(cell.batch)",
      cell.blasThreads.map { "blas\($0)" } ?? "", cell.measurement.name,
    ]
  }

  /// What sets a cell apart within its family.
  func label(of cell: Cell) -> String {
    switch self {
    case .precision: Self.numerics(of: cell)
    case .engine: cell.engine
    case .threads: "t\(cell.placement.threads)"
    case .batch: "b\(cell.batch)"
    }
  }

  /// Whether a cell is what others are compared with before those that come first.
  func isReference(_ cell: Cell) -> Bool { self == .precision && cell.precision == .fp32 }

  /// Precision or contract with what changes them, as in the cell's id.
  static func numerics(of cell: Cell) -> String {
    let name = cell.isOfContract ? cell.contract : cell.precision.rawValue
    let variations = [
      cell.calibration, cell.calibrationSamples.map { "n\($0)" }, cell.ranges.map { "ranges-\($0)" },
      cell.assignment.map { "assigned-\($0)" },
    ].compactMap(\.self)
    return ([name] + variations).joined(separator: "/")
  }
}
