import Analysis
import ArgumentParser
import Reports
import Store

/// `assay history trend`.
struct HistoryTrendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Shows one figure of a cell over time on one machine, and where its level changed.",
    discussion: """
      Values are medians over processes. Levels are told apart by E-divisive change \
      points at 5 %, from ten records on. Without --machine the machine of the \
      newest record is shown, and the others are named.

      Examples:
        assay history trend --cell resnet50/fp32/native/t2/b1/Offline
        assay history trend --cell 'minilm-l6/int8/*' --metric energy
        assay history trend --cell 'bert*' --since 90d --svg trend.svg
        assay history trend --cell 'bert*' --metric latency-p99 --json
      """)

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("A cell's id, or a pattern that means one cell.", valueName: "id"))
  var cell: String

  @Option(
    help: ArgumentHelp("One of \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
  var metric = Metric.throughput.rawValue

  @OptionGroup var filter: HistoryFilterOptions

  @Option(help: ArgumentHelp("The most records; the newest are taken.", valueName: "n"))
  var limit = TrendQuery.usualLimit

  @Option(help: ArgumentHelp("Write a picture to this file.", valueName: "file"))
  var svg: String?

  @OptionGroup var output: HistoryOutputOptions

  func run() throws {
    try HistoryFilterOptions.requireLimit(limit)
    guard let metric = Metric(rawValue: metric) else {
      let names = Metric.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure("There is no metric \(self.metric); there is \(names).", exitCode: 64)
    }
    let filter = try filter.filter(cell: cell)
    try output.requireWritable([("--svg", svg)], store: store.path)
    let trend = try TrendQuery(cell: cell, metric: metric, filter: filter, limit: limit).answer(
      from: try store.open(for: .reading))
    if let svg {
      let chart = TrendChart(trend)
      guard chart.hasPoints else {
        let reason = trend.leftOut.missing.first.map { ": \($0.text)" } ?? "."
        throw CommandFailure("There is nothing to draw, for no record has a value\(reason)", exitCode: 65)
      }
      try OutputFile(svg, option: "--svg").write(chart.svg.utf8)
    }
    try output.write(
      trend, csv: HistoryCSV.text(trend), text: TrendReport(trend, style: Terminal.style).text)
  }
}
