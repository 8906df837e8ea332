import NumericFormats
import Records

/// What `assay calibrate` prints: the ranges that it wrote.
public struct CalibrationReport {
  private let contents: CalibrationFile
  private let path: String
  private let kept: Int
  private let style: ReportStyle

  /// Makes a report of a file that was written; `kept` is the number of the user's samples that calibration left for
  /// measuring fidelity on.
  public init(_ contents: CalibrationFile, path: String, kept: Int = 0, style: ReportStyle = ReportStyle()) {
    self.contents = contents
    self.path = path
    self.kept = kept
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let samples = contents.samples == 1 ? "1 sample" : "\(contents.samples) samples"
    let heading = [contents.model, contents.method, samples].joined(separator: " · ")
    var columns: [TextTable.Column] = [
      .init("tensor", isShortenable: true), .init("least", .right), .init("greatest", .right),
    ]
    if !contents.symmetricRanges.isEmpty { columns.append(.init("as s8", .right)) }
    var table = TextTable(columns)
    for (name, range) in contents.ranges.sorted(by: { $0.key < $1.key }) {
      var row = [name, Self.figure(range.least), Self.figure(range.greatest)]
      if !contents.symmetricRanges.isEmpty {
        row.append(contents.symmetricRanges[name].map { "±\(Self.figure($0.greatest))" } ?? "-")
      }
      table.add(row: row)
    }
    let lines = [style.text(heading, .title)] + table.rendered(style)
    let others =
      kept == 0
      ? "" : "\nThe last quarter of the given samples chose them;\nthe other \(kept) are kept to measure fidelity on."
    return lines.joined(separator: "\n") + "\n\nRanges of \(contents.ranges.count) tensors are in \(path).\(others)\n"
  }

  private static func figure(_ value: Float) -> String { Figure.significant(Double(value)) }
}
