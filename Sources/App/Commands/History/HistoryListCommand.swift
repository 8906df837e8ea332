import Analysis
import ArgumentParser
import Reports
import Store

/// `assay history list`.
struct HistoryListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the records of a history, newest first.",
    discussion: """
      Examples:
        assay history list
        assay history list --suite 'nightly*' --since 30d --label 'v1.*'
        assay history list --workload resnet50 --machine 0123abcd --json
        assay history list --cell '*/int8/*' --csv records.csv
      """)

  @OptionGroup var store: StoreOption

  @OptionGroup var filter: HistoryFilterOptions

  @Option(help: ArgumentHelp("Records that measure such a workload; * and ? stand for anything.", valueName: "pattern"))
  var workload: String?

  @Option(help: ArgumentHelp("Records with a cell of such an id; * and ? stand for anything.", valueName: "pattern"))
  var cell: String?

  @Option(help: ArgumentHelp("The most records; the newest are taken.", valueName: "n"))
  var limit = 30

  @Option(
    help: ArgumentHelp(
      "Write the records as CSV; - for standard output, instead of the table.", valueName: "file"))
  var csv: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard !(csv == "-" && json) else {
      throw CommandFailure("--json and --csv - both print; choose one.", exitCode: 64)
    }
    try HistoryFilterOptions.requireLimit(limit)
    let filter = try filter.filter(workload: workload, cell: cell)
    try OutputFile.requireDistinct([("--csv", csv == "-" ? nil : csv)], from: [("the history", store.path)])
    let listing = try RecordListing(try store.open(for: .reading), filter, limit: limit)
    if let csv {
      let text = HistoryCSV.text(listing)
      if csv == "-" { return try Terminal.write(text) }
      try OutputFile(csv, option: "--csv").write(text.utf8)
    }
    if json {
      try Terminal.write(json: listing)
    } else {
      try Terminal.write(HistoryReport(listing, style: Terminal.style).text)
    }
  }
}
