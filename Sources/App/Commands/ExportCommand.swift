import Analysis
import ArgumentParser
import Records
import Reports

/// `assay export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes records in the formats of other programs.",
    discussion: """
      Examples:
        assay export --list                    the formats and who reads them
        assay export --format markdown NAME.json
        assay export --format junit NAME.json -o report.xml
        assay export --format github-action-benchmark NAME.json -o bench.json
                                               bench.smaller.json and
                                               bench.bigger.json
        assay export --format otava NAME.json -o history.csv --commit 0a1b2c3
                                               adds a row to the file
        assay export --format github-summary NAME.json -o "$GITHUB_STEP_SUMMARY"
        assay export --format prometheus NAME.json -o assay.prom --overwrite
      """)

  @Argument(help: "Records that assay run, sweep or precision wrote.")
  var records: [String] = []

  @Option(help: ArgumentHelp("The format; --list names them.", valueName: "name"))
  var format: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; - for standard output, which is the default.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("The revision that was measured, which a record does not know.", valueName: "text"))
  var commit: String?

  @Flag(help: "Replace the file where it is there, also in formats that add to it.")
  var overwrite = false

  @Flag(help: "List the formats.")
  var list = false

  @Flag(help: "With --list: print JSON.")
  var json = false

  /// The most notes that are printed.
  private static let noteLimit = 20

  func run() throws {
    if list { return try printList() }
    guard !json else {
      throw CommandFailure("--json goes with --list; a format such as bmf is chosen by --format.", exitCode: 64)
    }
    guard let format else {
      throw CommandFailure("Give a --format; assay export --list names them.", exitCode: 64)
    }
    guard !records.isEmpty else { throw CommandFailure("Give at least one record to export.", exitCode: 64) }
    let file = output == "-" ? nil : output
    guard !overwrite || file != nil else {
      throw CommandFailure("--overwrite needs --output: it says which file may be replaced.", exitCode: 64)
    }
    let chosen = try ExportFormat.named(format)
    let paths = file.map(chosen.paths) ?? []
    guard file != nil || chosen.parts.count == 1 else {
      throw CommandFailure(
        "The format \(chosen.name) makes \(chosen.parts.count) files; name them with --output FILE.\(chosen.fileExtension).",
        exitCode: 64)
    }
    try OutputFile.requireDistinct(
      paths.map { ("--output", $0) }, from: records.map { ("the record", $0) })
    let isAdded = chosen.isAppended && !overwrite
    for path in paths {
      let file = try OutputFile(path, option: "--output")
      if !isAdded { try file.requireWritable(overwrite: overwrite) }
    }
    let runs = try records.map { path in
      let record = try RecordFile(path: path).read()
      return ExportRun(record, RunSummary(of: record), commit: commit)
    }
    let export = try Export(runs, as: chosen)
    if paths.isEmpty {
      for text in export.texts { try Terminal.write(text) }
    } else if isAdded {
      try add(export, to: paths[0])
    } else {
      for (path, text) in zip(paths, export.texts) { try OutputFile(path, option: "--output").write(text.utf8) }
    }
    tell(export.notes)
  }

  private func add(_ export: Export, to path: String) throws {
    if try !AppendedFile(path).add({ try export.addition(to: $0) }) {
      Terminal.note(Terminal.harmless("\(path) has these runs already; nothing was added.") + "\n")
    }
  }

  /// What the file cannot say, on standard error, so that nothing is left out silently.
  private func tell(_ notes: [String]) {
    for note in notes.prefix(Self.noteLimit) { Terminal.note(Terminal.harmless("Note: \(note)") + "\n") }
    if notes.count > Self.noteLimit {
      Terminal.note("Note: \(notes.count - Self.noteLimit) more; --format csv says all of them.\n")
    }
  }

  private func printList() throws {
    guard records.isEmpty, format == nil, output == nil, commit == nil, !overwrite else {
      throw CommandFailure("--list takes nothing but --json.", exitCode: 64)
    }
    if json {
      try Terminal.write(json: ["formats": ExportListReport.entries])
    } else {
      try Terminal.write(ExportListReport(style: Terminal.style).text)
    }
  }
}
