import ArgumentParser
import Foundation
import LoadGen
import MLPerf

/// How a test is run: the profile, the user's files, and every setting by itself, each over the one before. Shared by the
/// commands of `assay mlperf`.
struct MLPerfTestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where settings start: short (bounded time, not comparable with MLPerf), mlperf (600 s and the official counts and "
        + "bounds) or loadgen (what LoadGen itself starts from).", valueName: "name"))
  var profile = Profile.short

  @Option(
    help: ArgumentHelp(
      "Settings in LoadGen's grammar, model.scenario.key = value; may be repeated.", valueName: "file"))
  var userConf: [String] = []

  @Option(help: ArgumentHelp("Server: queries a second. Offline: samples a second expected.", valueName: "rate"))
  var targetQps: Double?

  @Option(help: ArgumentHelp("Server: the bound of latency, such as 15ms.", valueName: "time"))
  var targetLatency: TimeArgument?

  @Option(help: ArgumentHelp("The percentile of the metric and the bound, such as 0.99 or 99%.", valueName: "share"))
  var targetLatencyPercentile: String?

  @Option(help: ArgumentHelp("MultiStream: samples of a query.", valueName: "n"))
  var samplesPerQuery: Int?

  @Option(help: ArgumentHelp("Least length, such as 10s.", valueName: "time"))
  var minDuration: TimeArgument?

  @Option(help: ArgumentHelp("Greatest length; a test that ends there still reports.", valueName: "time"))
  var maxDuration: TimeArgument?

  @Option(help: ArgumentHelp("Least number of queries.", valueName: "n"))
  var minQueryCount: Int?

  @Option(help: ArgumentHelp("Greatest number of queries.", valueName: "n"))
  var maxQueryCount: Int?

  @Option(help: ArgumentHelp("Offline: least number of samples.", valueName: "n"))
  var minSampleCount: Int?

  @Option(help: ArgumentHelp("Samples in memory, from which queries draw.", valueName: "n"))
  var performanceSampleCount: Int?

  @Option(
    help: ArgumentHelp("Which samples are loaded: LoadGen's rule up to 5.1, or from 6.0 on.", valueName: "5.1|6.0"))
  var loadedSetRule: LoadedSetRule?

  @Option(help: ArgumentHelp("Seed of the loaded set.", valueName: "seed"))
  var qslSeed: UInt64?

  @Option(help: ArgumentHelp("Seed of the order of samples.", valueName: "seed"))
  var sampleIndexSeed: UInt64?

  @Option(help: ArgumentHelp("Seed of the arrivals.", valueName: "seed"))
  var scheduleSeed: UInt64?

  @Option(help: ArgumentHelp("Server: when queries arrive: \(ArrivalWords.forms).", valueName: "shape"))
  var arrivals: String?

  @Option(help: ArgumentHelp("Give a system up that has not answered for this long.", valueName: "time"))
  var answerTimeout: TimeArgument?

  /// The settings of a scenario.
  ///
  /// - Parameter model: what user files call the model, and what official counts and bounds depend on.
  func settings(_ scenario: TestScenario, mode: TestMode, model: String) throws -> TestSettings {
    let benchmark = Benchmark.of(workload: model)
    var settings = profile.settings(for: scenario, benchmark: benchmark, mode: mode)
    for path in userConf {
      for note in try UserConf(contentsOf: path).apply(to: &settings, model: benchmark.name) {
        Terminal.note("assay: \(Terminal.harmless(note))\n")
      }
    }
    if let targetQps { settings.targetQPS = targetQps }
    if let targetLatency { settings.targetLatency = targetLatency.nanoseconds }
    if let targetLatencyPercentile {
      settings.targetLatencyPercentile = try ShareArgument.parse(
        targetLatencyPercentile, option: "--target-latency-percentile")
    }
    if let samplesPerQuery { settings.samplesPerQuery = samplesPerQuery }
    if let minDuration { settings.minDuration = minDuration.nanoseconds }
    if let maxDuration { settings.maxDuration = maxDuration.nanoseconds }
    if let minQueryCount { settings.minQueryCount = minQueryCount }
    if let maxQueryCount { settings.maxQueryCount = maxQueryCount }
    if let minSampleCount { settings.minSampleCount = minSampleCount }
    if let performanceSampleCount { settings.performanceSampleCount = performanceSampleCount }
    if let loadedSetRule { settings.loadedSetRule = loadedSetRule }
    if let qslSeed { settings.seeds.library = qslSeed }
    if let sampleIndexSeed { settings.seeds.sampleIndex = sampleIndexSeed }
    if let scheduleSeed { settings.seeds.schedule = scheduleSeed }
    if let arrivals { settings.arrivals = try shape(arrivals) }
    if let answerTimeout { settings.answerTimeout = answerTimeout.nanoseconds }
    return settings
  }

  private func shape(_ words: String) throws -> ArrivalShape {
    switch try ArrivalWords(words) {
    case .shape(let shape): return shape
    case .trace(let path):
      do {
        return try ArrivalShape(trace: String(contentsOfFile: path, encoding: .utf8))
      } catch let error as LoadSettingsError {
        throw error
      } catch {
        throw CommandFailure("There is no readable trace at \(path).", exitCode: 66)
      }
    }
  }
}

extension Profile: ExpressibleByArgument {}

extension LoadedSetRule: ExpressibleByArgument {}
