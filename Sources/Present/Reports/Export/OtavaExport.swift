import Analysis
import Records

/// Runs for Apache Otava, which looks for change points: a row a run, appended to what is there.
///
/// Columns are `time`, `commit` and one for each cell and figure, named `CELL/FIGURE_UNIT`. Otava needs a number everywhere:
/// what a run does not know is `nan`. It reads that, and then finds no change in that column: ``leftOut`` warns of it. Source: Apache Otava's documentation, "Importing results from
/// CSV", and its `otava/importer.py`.
struct OtavaExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] {
    let columns = self.columns
    return [Self.line(Self.first + columns.map(\.name)) + rows(columns.map(\.name)).joined()]
  }

  /// Cells that lack what every cell of their kind has. That nobody metered energy, or that a tail is not known, is usual.
  var leftOut: [(id: String, reason: String)] {
    runs.flatMap(\.cells).filter { cell in
      let kinds: [ExportFigure.Kind] = cell.cell.measurement == .fidelity ? [.error, .memory] : [.throughput, .memory]
      return cell.missing.contains { kinds.contains($0.kind) }
    }.map {
      ($0.id, "is not a number (nan) in the file: Otava finds no change in such columns until the row is taken out.")
    }
  }

  /// Rows in the order of the columns that are there, without those that the file has already.
  func addition(to existing: String) throws(ExportError) -> String? {
    guard let head = CSVLine.fields(existing), Array(head.prefix(2)) == Self.first else {
      throw ExportError(
        .badData, "The file does not begin with the columns time and commit of the format otava; give a new file.")
    }
    let there = Array(head.dropFirst(2))
    guard Set(there).count == there.count else {
      throw ExportError(.badData, "The file has two columns of one name; give a new file.")
    }
    let new = Set(columns.map(\.name)).subtracting(there)
    if let example = columns.first(where: { new.contains($0.name) }) {
      let others = new.count > 1 ? " and \(Figure.counted(new.count - 1, "other"))" : ""
      throw ExportError(
        .badData, "The file has no column \(example.name.printable)\(others), which the run has; give a new file.")
    }
    let lines = Set(existing.split(whereSeparator: \.isNewline).map(String.init))
    let rows = rows(there).filter { !lines.contains(String($0.dropLast())) }
    guard !rows.isEmpty else { return nil }
    return (existing.utf8.last == UInt8(ascii: "\n") ? "" : "\n") + rows.joined()
  }

  private static let first = ["time", "commit"]

  /// A column and the cell and figure that it is of.
  private struct Column {
    let name: String
    let id: String
    let kind: ExportFigure.Kind
  }

  /// Every figure that a cell is measured for, whether or not this run knows it: the header must not change with luck. Modelled
  /// energy has a column where a run has it.
  private var columns: [Column] {
    let cells = runs.flatMap(\.cells)
    let names = ExportNames(cells.map(\.id), harmless: CSVField.plain)
    var seen: Set<String> = []
    return cells.flatMap { cell in
      ExportFigure.Kind.allCases.filter { kind -> Bool in
        // Speed is missed in cells of closeness too, to say why, and they never have it.
        let isExpected = cell.missing.contains { $0.kind == kind }
        return cell.figure(kind) != nil || (isExpected && !(cell.cell.measurement == .fidelity && kind == .throughput))
      }.map { Column(name: "\(names[cell.id])/\(Self.title($0))", id: cell.id, kind: $0) }
    }.filter { seen.insert($0.name).inserted }
  }

  private static func title(_ kind: ExportFigure.Kind) -> String {
    switch kind {
    case .latency, .tailLatency: "\(kind.rawValue)_s"
    case .throughput: "throughput_samples_per_s"
    case .energy, .modelledEnergy: "\(kind.rawValue)_J_per_sample"
    case .memory: "peak_memory_bytes"
    case .error, .accuracy: kind.rawValue
    }
  }

  /// One line a run, ended by a line feed.
  private func rows(_ names: [String]) -> [String] {
    let columns = Dictionary(self.columns.map { ($0.name, $0) }) { first, _ in first }
    return runs.map { run in
      let cells = Dictionary(run.cells.map { ($0.id, $0) }) { first, _ in first }
      let values = names.map { name -> String in
        guard let column = columns[name], let value = cells[column.id]?.figure(column.kind)?.value else { return "nan" }
        return "\(value)"
      }
      return Self.line([run.record.createdAt, run.commit ?? "unknown"], values)
    }
  }

  private static func line(_ texts: [String], _ values: [String] = []) -> String {
    (texts.map(CSVField.text) + values).joined(separator: ",") + "\n"
  }
}
