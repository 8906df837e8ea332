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
        assay show NAME.json --json            the summary as JSON
        assay show NAME.json --csv cells.csv   a row a cell, for a spreadsheet
        assay show NAME.json --svg chart.svg   of assay run: energy against
                                               throughput; with --per-node: nodes
                                               under the roofline; of assay
                                               precision: error against bytes;
                                               of assay sweep: throughput by
                                               threads
        assay show NAME.json --costs costs.yaml --pue 1.3
                                               money and carbon of its samples
        assay show NAME.json --max-error 1%    of assay precision: the smallest
                                               format within a budget
      """)

  @Argument(help: "A record that assay run, sweep or precision wrote.")
  var record: String

  @Option(
    help: ArgumentHelp(
      "Write a picture: energy, nodes under the roofline, contracts, or the scaling of a sweep.", valueName: "file"))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Write a table of all cells as CSV; - for standard output, instead of the tables.", valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("Of assay sweep: write a picture of instances against threads.", valueName: "file"))
  var heatMap: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Of assay precision: the smallest format whose error is at most this.", valueName: "share"))
  var maxError: String?

  @Option(help: ArgumentHelp("Of assay precision: sort contracts by bytes or error.", valueName: "column"))
  var sort: String?

  @OptionGroup var costs: CostOptions

  @Flag(help: "Print the summary as JSON.")
  var json = false

  /// Whether CSV is what is printed.
  private var printsCSV: Bool { csv == "-" }

  func run() throws {
    guard !(printsCSV && json) else { throw CommandFailure("--json and --csv - both print; choose one.", exitCode: 64) }
    let options = try PrecisionDisplay.options(maxError: maxError, sort: sort)
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--heat-map", heatMap), ("--csv", printsCSV ? nil : csv)], from: [("the record", record)])
    let content = try RecordFile(path: record).read()
    if content.sweep != nil {
      guard maxError == nil, sort == nil else {
        throw CommandFailure("--max-error and --sort are for records of assay precision.", exitCode: 64)
      }
      try writeCSV(content, RunSummary(of: content, costs: try costs.inputs()))
      let pictures = SweepDisplay.Pictures(scaling: svg, heatMap: heatMap)
      return try SweepDisplay.show(content, path: record, pictures: pictures, json: json, isQuiet: printsCSV)
    }
    guard heatMap == nil else {
      throw CommandFailure("--heat-map is for records of assay sweep.", exitCode: 64)
    }
    let summary = RunSummary(of: content, costs: try costs.inputs())
    if !content.isOfContracts, maxError != nil || sort != nil {
      throw CommandFailure("--max-error and --sort are for records of assay precision.", exitCode: 64)
    }
    if let svg {
      if content.isOfContracts {
        try PrecisionDisplay.draw(content, summary, options, to: svg)
      } else {
        try RunChart.write(content, summary, to: svg)
      }
    }
    try writeCSV(content, summary)
    if printsCSV {
      // It is what is printed.
    } else if json {
      if content.isOfContracts {
        try Terminal.write(json: PrecisionDisplay.Output(summary: summary, maxError: options.maxError))
      } else {
        try Terminal.write(json: summary)
      }
    } else {
      try Terminal.write(
        RunReport(record: content, summary: summary, path: record, precision: options, style: Terminal.style).text)
    }
    try PrecisionDisplay.requireBudget(summary, options)
  }

  private func writeCSV(_ content: Record, _ summary: RunSummary) throws {
    guard let csv else { return }
    let text = CSVExport(record: content, summary: summary).text
    if printsCSV { try Terminal.write(text) } else { try OutputFile(csv, option: "--csv").write(text.utf8) }
  }
}
