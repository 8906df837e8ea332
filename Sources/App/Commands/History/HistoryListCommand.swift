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

  @OptionGroup var output: HistoryOutputOptions

  func run() throws {
    try HistoryFilterOptions.requireLimit(limit)
    let filter = try filter.filter(workload: workload, cell: cell)
    try output.requireWritable(store: store.path)
    let listing = try RecordListing(try store.open(for: .reading), filter, limit: limit)
    try output.write(
      listing, csv: HistoryCSV.text(listing), text: HistoryReport(listing, style: Terminal.style).text)
  }
}
