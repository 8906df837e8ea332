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
        assay show NAME.json --svg nodes.svg   of assay run --per-node: nodes under
                                               the roofline; of assay precision:
                                               error against bytes; of assay
                                               sweep: throughput by threads
        assay show NAME.json --costs costs.yaml --pue 1.3
                                               money and carbon of its samples
        assay show NAME.json --max-error 1%    of assay precision: the smallest
                                               format within a budget
      """)

  @Argument(help: "A record that assay run, sweep or precision wrote.")
  var record: String

  @Option(
    help: ArgumentHelp(
      "Write a picture: nodes under the roofline, contracts, or the scaling of a sweep.", valueName: "file"))
  var svg: String?

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

  func run() throws {
    let options = try PrecisionDisplay.options(maxError: maxError, sort: sort)
    try OutputFile.requireDistinct([("--svg", svg), ("--heat-map", heatMap)], from: [("the record", record)])
    let content = try RecordFile(path: record).read()
    if content.sweep != nil {
      guard maxError == nil, sort == nil else {
        throw CommandFailure("--max-error and --sort are for records of assay precision.", exitCode: 64)
      }
      return try SweepDisplay.show(content, path: record, pictures: .init(scaling: svg, heatMap: heatMap), json: json)
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
        try NodeChart.write(content, summary, to: svg)
      }
    }
    if json {
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
}
