import Analysis
import ArgumentParser
import Records
import Reports
import Sweeps

/// `assay report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one self-contained HTML page about records.",
    discussion: """
      Examples:
        assay report Results/local/NAME.json -o report.html
        assay report run.json sweep.json precision.json line.json -o all.html
                                               several, each for itself, under an
                                               overview; nothing is compared
        assay report NAME.json -o report.html --overwrite --title "Nightly"
        assay report NAME.json -o report.html --costs costs.yaml --pue 1.3
        assay report NAME.json -o - | gzip > report.html.gz

      The page loads nothing from anywhere, and is readable in light and dark, on a phone, on paper, by keyboard and by ear, \
      with and without scripts. Its figures are recomputed from the raw samples, as assay show does.
      """)

  @Argument(
    help: ArgumentHelp(
      "What assay run, sweep, precision or loadline --output wrote.", valueName: "record"))
  var records: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("The page; - for standard output.", valueName: "file"))
  var output: String

  @Flag(help: "Replace the file of --output where it exists.")
  var overwrite = false

  @Option(help: ArgumentHelp("What the page is called; made of its content unless given.", valueName: "text"))
  var title: String?

  @OptionGroup var costs: CostOptions

  /// A page of more takes browsers too long.
  private static let mostRecords = 100
  private static let longestTitle = 200

  func run() throws {
    guard records.count <= Self.mostRecords else {
      throw CommandFailure(
        "\(records.count) records are more than the \(Self.mostRecords) that a page may have; make several pages.",
        exitCode: 64)
    }
    if let title, title.isEmpty || title.count > Self.longestTitle {
      throw CommandFailure("--title may have 1 to \(Self.longestTitle) characters.", exitCode: 64)
    }
    let isPrinted = output == "-"
    try OutputFile.requireDistinct(
      [("--output", isPrinted ? nil : output)], from: records.map { ("the record", $0) })
    let file = isPrinted ? nil : try OutputFile(output, option: "--output")
    // Before records are read, which may take a while.
    try file?.requireWritable(overwrite: overwrite)
    let inputs = try costs.inputs()
    let items = try records.map { try Self.item($0, costs: inputs) }
    let html = ReportPage(items, title: title).html
    guard let file else { return try Terminal.write(html) }
    try file.write(html.utf8)
    let count = records.count == 1 ? "1 record" : "\(records.count) records"
    Terminal.note(
      "\(Terminal.harmless(output)): \(count), \((html.utf8.count + 999) / 1000) kB; open it in a browser.\n")
  }

  private static func item(_ path: String, costs: CostInputs?) throws -> ReportPage.Item {
    switch try ResultDocument.read(path: path) {
    case .loadLine(let line): return .loadLine(line, path: path)
    case .record(let record):
      do {
        return .run(
          record, RunSummary(of: record, costs: costs), sweep: try SweepSummary(of: record), path: path)
      } catch {
        throw CommandFailure("\(path): its sweep has no goal that can be: \(error)", exitCode: 65)
      }
    }
  }
}
