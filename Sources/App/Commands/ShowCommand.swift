import Analysis
import ArgumentParser
import Records
import Reports

/// `assay show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows the tables of a record, recomputed from its raw samples.",
    discussion: """
      Examples:
        assay show Results/local/NAME.json
        assay show NAME.json --json               the summary as JSON
        assay show NAME.json --svg nodes.svg      nodes under the roofline, of a run with --per-node
      """)

  @Argument(help: "A record that assay run wrote.")
  var record: String

  @Option(help: ArgumentHelp("Write a picture of nodes under the roofline.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print the summary as JSON.")
  var json = false

  func run() throws {
    try OutputFile.requireDistinct([("--svg", svg)], from: [("the record", record)])
    let content = try RecordFile(path: record).read()
    let summary = RunSummary(of: content)
    if let svg { try NodeChart.write(content, summary, to: svg) }
    if json { return try Terminal.write(json: summary) }
    try Terminal.write(RunReport(record: content, summary: summary, path: record, style: Terminal.style).text)
  }
}
