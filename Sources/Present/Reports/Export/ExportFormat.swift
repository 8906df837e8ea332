/// A format that other programs, or people elsewhere, read: its name, its files, what it can hold.
public struct ExportFormat: Sendable {
  /// The name on the command line, for example `go-bench`.
  public let name: String
  /// The usual end of its files' names, without a point.
  public let fileExtension: String
  /// One line that says who reads it.
  public let summary: String
  /// What sets the names of its files apart, put before the extension; one empty text for formats of one file.
  public let parts: [String]
  /// Whether a file that is there is added to, as logs are; others are replaced.
  public let isAppended: Bool
  /// Which runs one file can hold.
  public let capacity: Capacity
  /// Whether the file itself says which figures are missing, and why; ``Export/notes`` says it for the others.
  public let saysWhatIsMissing: Bool
  let exporter: any (Exporter & SendableMetatype).Type

  /// Which runs one file can hold.
  public enum Capacity: String, Codable, Hashable, Sendable {
    /// Any number of runs.
    case any
    /// Several runs, but every cell once.
    case distinctCells
    /// One run.
    case one
  }

  init(
    _ name: String, _ fileExtension: String, _ summary: String, _ exporter: any (Exporter & SendableMetatype).Type,
    parts: [String] = [""],
    isAppended: Bool = false, capacity: Capacity = .any, saysWhatIsMissing: Bool = false
  ) {
    self.name = name
    self.fileExtension = fileExtension
    self.summary = summary
    self.exporter = exporter
    self.parts = parts
    self.isAppended = isAppended
    self.capacity = capacity
    self.saysWhatIsMissing = saysWhatIsMissing
  }

  /// Every format, in the order in which they are listed.
  public static let all: [ExportFormat] = [
    .init("csv", "csv", "spreadsheets and data frames: a row a cell", CSVExport.self, saysWhatIsMissing: true),
    .init("markdown", "md", "people: tables for a pull request", MarkdownExport.self, saysWhatIsMissing: true),
    .init("go-bench", "txt", "benchstat and others: a line a round", GoBenchExport.self, saysWhatIsMissing: true),
    .init("bmf", "json", "Bencher", BMFExport.self, capacity: .distinctCells),
    .init(
      "github-action-benchmark", "json", "the action of that name: two files",
      GitHubBenchmarkExport.self, parts: ["smaller", "bigger"], capacity: .distinctCells),
    .init("junit", "xml", "Jenkins, GitLab, GitHub: a test case a cell", JUnitExport.self, saysWhatIsMissing: true),
    .init("google-benchmark", "json", "compare.py: a row a round", GoogleBenchmarkExport.self, capacity: .one),
    .init(
      "prometheus", "prom", "node_exporter's textfile collector", PrometheusExport.self, capacity: .distinctCells,
      saysWhatIsMissing: true),
    .init("otava", "csv", "Apache Otava: a row a run, appended", OtavaExport.self, isAppended: true),
    .init(
      "github-annotations", "txt", "GitHub Actions: errors and warnings", GitHubAnnotationsExport.self,
      saysWhatIsMissing: true),
    .init(
      "github-summary", "md", "GitHub Actions: appended to $GITHUB_STEP_SUMMARY", GitHubSummaryExport.self,
      isAppended: true, saysWhatIsMissing: true),
    .init("hyperfine", "json", "hyperfine's scripts: a result a SingleStream cell", HyperfineExport.self),
  ]

  /// The format of a name.
  ///
  /// - Throws: ``ExportError`` that names them all.
  public static func named(_ name: String) throws(ExportError) -> ExportFormat {
    if let format = all.first(where: { $0.name == name }) { return format }
    throw ExportError(
      .usage, "There is no format `\(name.printable)`; there are \(all.map(\.name).joined(separator: ", ")).")
  }

  /// The paths of the format's files, where `path` is asked for: `bench.json` becomes `bench.smaller.json` and
  /// `bench.bigger.json`; a name without an extension gets the part at its end.
  public func paths(_ path: String) -> [String] {
    parts.map { part in
      guard !part.isEmpty else { return path }
      let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
      guard let point = path[start...].lastIndex(of: "."), point > start else { return "\(path).\(part)" }
      return "\(path[..<point]).\(part)\(path[point...])"
    }
  }
}
