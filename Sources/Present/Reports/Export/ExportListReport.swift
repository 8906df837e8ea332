/// What `assay export --list` shows.
public struct ExportListReport {
  /// One format as data.
  public struct Entry: Encodable {
    /// The name on the command line.
    public let name: String
    /// The usual end of its files' names.
    public let fileExtension: String
    /// How many files it makes.
    public let files: Int
    /// Whether a file that is there is added to.
    public let isAppended: Bool
    /// Which runs one file can hold.
    public let capacity: ExportFormat.Capacity
    /// Who reads it.
    public let summary: String
  }

  private let style: ReportStyle

  /// Makes a report.
  public init(style: ReportStyle = ReportStyle()) { self.style = style }

  /// Every format.
  public static var entries: [Entry] {
    ExportFormat.all.map {
      Entry(
        name: $0.name, fileExtension: $0.fileExtension, files: $0.parts.count, isAppended: $0.isAppended,
        capacity: $0.capacity, summary: $0.summary)
    }
  }

  /// A table of them, ended by a line feed.
  public var text: String {
    var table = TextTable([.init("format"), .init("file"), .init("for", isShortenable: true)])
    for format in ExportFormat.all { table.add(row: [format.name, ".\(format.fileExtension)", format.summary]) }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }
}
