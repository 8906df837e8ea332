import NumericFormats
import Records

/// A cell in words, for people who do not know how ids are made.
enum CellWords {
  /// What can set a cell apart from others of its workload.
  static func parts(_ cell: Cell) -> [String] {
    let placement = cell.placement
    let batch = cell.batch == 1 ? nil : "batch \(cell.batch)"
    let instances = placement.instances.count > 1 ? Figure.counted(placement.instances.count, "instance") : nil
    let parts: [String?] =
      [
        numerics(cell), cell.engine, instances, Figure.counted(placement.threads, "thread"), batch,
        cell.measurement.name,
      ]
      + placement.variations
    return parts.compactMap { $0 }
  }

  /// The cell without its workload.
  static func point(_ cell: Cell) -> String { parts(cell).joined(separator: " · ") }

  /// The cell with its workload.
  static func all(_ cell: Cell) -> String { "\(cell.workload) · \(point(cell))" }

  /// The precision, and the contract where its name does not say the precision.
  static func numerics(_ cell: Cell) -> String {
    let precision = cell.precision.rawValue
    return cell.numerics.hasPrefix(precision) ? cell.numerics : "\(precision) (\(cell.numerics))"
  }

  /// What tells each of some cells from the others; the whole cell where nothing does.
  static func differences(_ cells: [Cell]) -> [String] {
    let parts = cells.map { cell -> [String] in
      [
        numerics(cell), cell.engine,
        cell.placement.instances.count > 1 ? Figure.counted(cell.placement.instances.count, "instance") : "",
        Figure.counted(cell.placement.threads, "thread"), "batch \(cell.batch)", cell.measurement.name,
        cell.placement.variations.joined(separator: ", "),
      ]
    }
    guard let first = parts.first else { return [] }
    let telling = first.indices.filter { index in parts.contains { $0[index] != first[index] } }
    return zip(cells, parts).map { cell, parts in
      let words = telling.map { parts[$0] }.filter { !$0.isEmpty }.joined(separator: " · ")
      return words.isEmpty ? point(cell) : words
    }
  }
}
