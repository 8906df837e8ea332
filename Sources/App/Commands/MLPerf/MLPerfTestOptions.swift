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

  @OptionGroup var traffic: TrafficOptions

  @Option(help: ArgumentHelp("Server: the bound of latency, such as 15ms.", valueName: "time"))
  var targetLatency: TimeArgument?

  @Option(help: ArgumentHelp("The percentile of the metric and the bound, such as 0.99 or 99%.", valueName: "share"))
  var targetLatencyPercentile: String?

  @Option(help: ArgumentHelp("Greatest length; a test that ends there still reports.", valueName: "time"))
  var maxDuration: TimeArgument?

  @Option(help: ArgumentHelp("Greatest number of queries.", valueName: "n"))
  var maxQueryCount: Int?

  @Option(help: ArgumentHelp("Give a system up that has not answered for this long.", valueName: "time"))
  var answerTimeout: TimeArgument?

  /// The settings of a scenario.
  ///
  /// - Parameters:
  ///   - model: what user files call the model, and what official counts and bounds depend on.
  ///   - isAudit: whether both modes are run.
  func settings(
    _ scenario: TestScenario, mode: TestMode, model: String, isAudit: Bool = false
  ) throws -> TestSettings {
    let benchmark = Benchmark.of(workload: model)
    var settings = profile.settings(for: scenario, benchmark: benchmark, mode: mode)
    for path in userConf {
      for note in try UserConf(contentsOf: path).apply(to: &settings, model: benchmark.name) {
        Terminal.note("assay: \(Terminal.harmless(note))\n")
      }
    }
    try traffic.apply(to: &settings)
    if let targetLatency { settings.targetLatency = targetLatency.nanoseconds }
    if let targetLatencyPercentile {
      settings.targetLatencyPercentile = try ShareArgument.parse(
        targetLatencyPercentile, option: "--target-latency-percentile")
    }
    if let maxDuration {
      settings.maxDuration = maxDuration.nanoseconds
    } else if let longest = settings.maxDuration, longest < settings.minDuration {
      // A profile's limit is for its own least duration.
      settings.maxDuration = nil
    }
    if let longest = settings.maxDuration, longest < settings.minDuration, mode != .accuracy {
      throw CommandFailure(
        "--max-duration (\(TimeSpan.text(longest))) is shorter than the least duration "
          + "(\(TimeSpan.text(settings.minDuration))); no test could be valid.", exitCode: 64)
    }
    if let maxQueryCount { settings.maxQueryCount = maxQueryCount }
    if let answerTimeout { settings.answerTimeout = answerTimeout.nanoseconds }
    let idle =
      traffic.withoutEffect(in: scenario, mode: mode, isAudit: isAudit)
      + (targetLatency != nil && scenario != .server ? ["--target-latency"] : [])
      + (targetLatencyPercentile != nil && (mode == .accuracy || scenario == .offline)
        ? ["--target-latency-percentile"] : [])
    if !idle.isEmpty {
      let inMode = mode == .accuracy ? "'s accuracy mode" : ""
      Terminal.note("assay: without effect in \(scenario.rawValue)\(inMode): \(idle.joined(separator: ", ")).\n")
    }
    return settings
  }

  /// The same, and refuses a Server test whose rate nobody said.
  func completeSettings(
    _ scenario: TestScenario, mode: TestMode, model: String, isAudit: Bool = false
  ) throws -> TestSettings {
    let settings = try settings(scenario, mode: mode, model: model, isAudit: isAudit)
    let isReplay = settings.arrivals.isTrace
    guard scenario != .server || settings.targetQPS != nil || isReplay else {
      throw CommandFailure(
        "Server needs a rate: give --target-qps, in queries a second, or find the largest with assay mlperf peak.",
        exitCode: 64)
    }
    // What is wrong with settings is better said before a model is loaded; how large the library is, only it knows.
    _ = try settings.effective(total: Self.anyTotal, performanceCount: settings.performanceSampleCount ?? 1)
    return settings
  }

  private static let anyTotal = 1 << 24
}

extension Profile: ExpressibleByArgument {}
