import Analysis
import Records

/// Runs as the files of one format.
public struct Export {
  /// The format.
  public let format: ExportFormat
  /// What the files cannot say: figures that are left out, each with its reason. Sentences for the person who exports.
  public let notes: [String]
  private let exporter: any Exporter

  /// Exports runs.
  ///
  /// - Throws: ``ExportError`` where one file of the format cannot hold them.
  public init(_ runs: [ExportRun], as format: ExportFormat) throws(ExportError) {
    guard !runs.isEmpty else { throw ExportError(.usage, "There is no record to export; give at least one.") }
    switch format.capacity {
    case .any: break
    case .one:
      guard runs.count == 1 else {
        throw ExportError(
          .usage, "A file of the format \(format.name) describes one machine and one run; export each record by itself."
        )
      }
    case .distinctCells:
      var seen: Set<String> = []
      for cell in runs.flatMap(\.cells) where !seen.insert(cell.id).inserted {
        throw ExportError(
          .usage,
          "The records have the cell \(cell.id.printable) in common, and the format \(format.name) holds every cell once; "
            + "export each record by itself.")
      }
    }
    self.format = format
    let exporter = format.exporter.init(runs)
    self.exporter = exporter
    notes = format.saysWhatIsMissing ? [] : Self.notes(runs.flatMap(\.cells), exporter.leftOut)
  }

  /// One text for each of the format's files.
  public var texts: [String] { exporter.texts }

  /// What is added to a file of an appended format; nil where the file has it all.
  ///
  /// - Parameter existing: what the file holds.
  /// - Throws: ``ExportError`` where the file is of another shape.
  public func addition(to existing: String) throws(ExportError) -> String? {
    existing.isEmpty ? exporter.texts.joined() : try exporter.addition(to: existing)
  }

  /// Each reason once, with the first of its cells and how many others it is of.
  private static func notes(_ cells: [ExportCell], _ leftOut: [(id: String, reason: String)]) -> [String] {
    let failures = cells.compactMap { cell in
      cell.result.failure.map { (id: cell.id, reason: "failed: \($0.reason)") }
    }
    let gaps = cells.flatMap { cell in
      cell.missing.map { (id: cell.id, reason: "without \($0.kind.title): \($0.reason)") }
    }
    var notes: [(reason: String, ids: [String])] = []
    for gap in failures + leftOut + gaps {
      if let place = notes.firstIndex(where: { $0.reason == gap.reason }) {
        notes[place].ids.append(gap.id)
      } else {
        notes.append((gap.reason, [gap.id]))
      }
    }
    return notes.map { note in
      let others = note.ids.count > 1 ? " and \(Figure.counted(note.ids.count - 1, "other cell"))" : ""
      return "\(note.ids[0])\(others) \(note.reason)".printable
    }
  }
}
