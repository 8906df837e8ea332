/// What turns runs into the files of one format: one type, one file of source, one row of ``ExportFormat/all``.
///
/// An exporter computes no figure: it takes them from ``ExportCell`` and writes them. It reads and writes no file.
protocol Exporter {
  /// Takes the runs, at least one; as many, and such, as the format's ``ExportFormat/capacity`` allows.
  init(_ runs: [ExportRun])

  /// One text for each of the format's files, in the order of ``ExportFormat/parts``.
  var texts: [String] { get }

  /// Cells that have figures and still no place in the format, and why.
  var leftOut: [(id: String, reason: String)] { get }

  /// What is added to a file that is there already; nil where it has it all. Only asked of formats that are appended.
  ///
  /// - Parameter existing: what the file holds; never empty.
  /// - Throws: ``ExportError`` where the file is of another shape.
  func addition(to existing: String) throws(ExportError) -> String?
}

extension Exporter {
  var leftOut: [(id: String, reason: String)] { [] }

  func addition(to existing: String) throws(ExportError) -> String? {
    // What is there may lack the end of its last line.
    (existing.utf8.last == UInt8(ascii: "\n") ? "" : "\n") + texts.joined()
  }
}
