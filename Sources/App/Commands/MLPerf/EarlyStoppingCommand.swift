import ArgumentParser
import LoadGen
import Reports

/// `assay mlperf early-stopping`.
struct EarlyStoppingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "early-stopping",
    abstract: "Shows how many queries MLPerf's early stopping needs, and how many of them may be over latency.",
    discussion: """
      A run of the Server scenario passes with t queries over the bound where it \
      has enough under it to show, with the confidence, that the percentile is \
      kept. SingleStream and MultiStream report a pessimistic estimate of the \
      percentile by the same numbers.

      Examples:
        assay mlperf early-stopping
        assay mlperf early-stopping --percentile 0.9 --queries 1024
        assay mlperf early-stopping --queries 270336 --over 2800
        assay mlperf early-stopping --percentile 97% --confidence 99.9% --json
      """)

  @Option(help: ArgumentHelp("The percentile of latency, a share such as 0.99 or 99%.", valueName: "share"))
  var percentile = "0.99"

  @Option(help: ArgumentHelp("A number of queries: how many of them may be over latency?", valueName: "count"))
  var queries: Int?

  @Option(help: ArgumentHelp("A number of over-latency queries: how many queries do they need?", valueName: "count"))
  var over: Int?

  @Option(help: ArgumentHelp("The confidence; MLPerf's is 0.99.", valueName: "share"))
  var confidence = "0.99"

  @Option(help: ArgumentHelp("How far the percentile may be missed; MLPerf's is 0.", valueName: "share"))
  var tolerance = "0"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let percentile = try ShareArgument.parse(percentile, option: "--percentile")
    let confidence = try ShareArgument.parse(confidence, option: "--confidence")
    let tolerance = try ShareArgument.parse(tolerance, option: "--tolerance")
    guard let rule = EarlyStopping(percentile: percentile, confidence: confidence, tolerance: tolerance) else {
      throw CommandFailure(
        "--percentile and --confidence must lie between 0 and 1, both excluded, and --tolerance below the percentile.",
        exitCode: 64)
    }
    let overview: EarlyStopping.Overview
    do {
      overview = try rule.overview(queries: queries, over: over)
    } catch {
      throw CommandFailure(error.description, exitCode: 64)
    }
    if json { return try Terminal.write(json: overview) }
    try Terminal.write(EarlyStoppingReport(overview, style: Terminal.style).text)
  }
}
