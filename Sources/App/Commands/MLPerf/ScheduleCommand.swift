import ArgumentParser
import LoadGen
import Reports

/// `assay mlperf schedule`.
struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Prints the traffic of a test without running it: samples, arrivals and logged responses.",
    discussion: """
      The traffic is that of MLPerf's LoadGen, number for number: which samples \
      are loaded, which of them every query names, when the queries of Server \
      arrive, and which responses are logged. Settings that are not given are \
      those that LoadGen starts from, with the official seeds.

      Examples:
        assay mlperf schedule
        assay mlperf schedule --scenario Server --target-qps 1000 --queries 12
        assay mlperf schedule --scenario MultiStream --min-query-count 662
        assay mlperf schedule --total-sample-count 50000 \\
          --performance-sample-count 1024 --loaded-set-rule 5.1 --json
        assay mlperf schedule --scenario Server --target-qps 500 \\
          --arrivals ramp:0.1:2:60s
        assay mlperf schedule --mode accuracy --total-sample-count 250
      """)

  @Option(help: "SingleStream, MultiStream, Server or Offline.")
  var scenario = TestScenario.singleStream

  @Option(help: ArgumentHelp("performance, or accuracy: every sample of the library once.", valueName: "mode"))
  var mode = TestMode.performance

  @Option(
    help: ArgumentHelp(
      "Samples of the library; as many as --performance-sample-count, or 100, unless given.", valueName: "n"))
  var totalSampleCount: Int?

  @Option(help: ArgumentHelp("Queries to print; of Offline's one query, samples.", valueName: "n"))
  var queries = 20

  @OptionGroup var options: TrafficOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var settings = TestSettings(scenario: scenario, mode: mode)
    try options.apply(to: &settings)
    let total = totalSampleCount ?? options.performanceSampleCount ?? 100
    let library = TestResult.Library(
      name: "none", totalCount: total, performanceCount: options.performanceSampleCount ?? total)
    let listing = try TrafficListing(settings, library: library, count: queries)
    if json { return try Terminal.write(json: listing) }
    try Terminal.write(TrafficReport(listing, style: Terminal.style).text)
  }
}

/// A mode as users write it: `performance` or `accuracy`, or MLPerf's name.
extension TestMode: ExpressibleByArgument {
  /// The mode of a word, in any case.
  public init?(argument: String) {
    switch argument.lowercased() {
    case "performance", "performanceonly": self = .performance
    case "accuracy", "accuracyonly": self = .accuracy
    default: return nil
    }
  }

  /// The word that help shows.
  public var defaultValueDescription: String { self == .accuracy ? "accuracy" : "performance" }
}
