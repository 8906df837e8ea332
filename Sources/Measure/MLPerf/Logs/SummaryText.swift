import Foundation
import LoadGen

/// `mlperf_log_summary.txt`, line for line as LoadGen 6.0 writes it. Accuracy mode has no results there.
struct SummaryText {
  let log: RunLog
  private let figures: LogFigures

  init(_ log: RunLog) {
    self.log = log
    figures = LogFigures(log)
  }

  var text: String {
    let isPerformance = log.result.effective.mode == .performance
    let results =
      isPerformance ? Self.banner("MLPerf Results Summary") + headline + validity + statistics + parameters : ""
    return results + ending
  }

  private static let rule = String(repeating: "=", count: 48)

  private static func banner(_ title: String) -> String { "\(rule)\n\(title)\n\(rule)\n" }

  private var headline: String {
    let settings = log.result.effective
    let target = settings.scenario == .multiStream ? log.result.queryLatency : log.result.sampleLatency
    let figure =
      switch settings.scenario {
      case .singleStream, .multiStream:
        "\(LogFigures.name(ofPercentile: settings.targetLatencyPercentile)) percentile latency (ns) : \(target?.target ?? 0)"
      case .server: "Completed samples per second    : \(Self.fixed(figures.completedRate))"
      case .offline: "Samples per second: \(JSONText.number(figures.samplesPerSecond))"
      }
    return """
      SUT name : \(Self.line(log.result.system))
      Scenario : \(settings.scenario.rawValue)
      Mode     : \(settings.mode.rawValue)
      \(figure)

      """
  }

  private var validity: String {
    var text = "Result is : \(log.isValid ? "VALID" : "INVALID")\n"
    if log.result.effective.scenario == .server {
      text += "  Performance constraints satisfied : \(Self.word(figures.meetsBound))\n"
    }
    text += "  Min duration satisfied : \(Self.word(figures.meetsMinDuration))\n"
    text += "  Min queries satisfied : \(Self.word(figures.meetsMinQueries))\n"
    text += "  Early stopping satisfied: \(Self.word(figures.meetsEarlyStopping))\n"
    if !log.isValid {
      text += "Recommendations:\n" + figures.recommendations.map { " * \(Self.line($0))\n" }.joined()
    }
    let earlyStopping = figures.earlyStopping
    if !earlyStopping.isEmpty { text += "Early Stopping Result:\n\(earlyStopping)\n" }
    return text
  }

  private var statistics: String {
    var text = "\n" + Self.banner("Additional Stats")
    var latency = log.result.sampleLatency
    switch log.result.effective.scenario {
    case .singleStream:
      text += "QPS w/ loadgen overhead         : \(Self.fixed(figures.rateWithOverhead))\n"
      text += "QPS w/o loadgen overhead        : \(Self.fixed(figures.rateWithoutOverhead))\n\n"
    case .multiStream:
      text += "Per-query latency:  \n"
      latency = log.result.queryLatency
    case .server: text += "Scheduled samples per second : \(Self.fixed(figures.scheduledRate))\n"
    case .offline: break
    }
    guard let latency else { return text }
    text += "Min latency (ns)                : \(latency.min)\n"
    text += "Max latency (ns)                : \(latency.max)\n"
    text += "Mean latency (ns)               : \(Int64(latency.mean))\n"
    for (label, value) in LogFigures.percentiles(latency) { text += "\(label) percentile latency (ns)   : \(value)\n" }
    return text
  }

  private var parameters: String {
    let settings = log.result.effective
    let lines: [(String, String)] = [
      ("samples_per_query :", "\(settings.samplesPerQuery)"),
      ("target_qps :", JSONText.number(settings.targetQPS ?? 0)),
      ("target_latency (ns):", "\(settings.loggedBound)"),
      ("max_async_queries :", "\(settings.asynchronousQueries)"),
      ("min_duration (ms):", "\(settings.minDuration / 1_000_000)"),
      ("max_duration (ms):", "\((settings.maxDuration ?? 0) / 1_000_000)"),
      ("min_query_count :", "\(settings.minQueryCount)"),
      ("max_query_count :", "\(settings.maxQueryCount ?? 0)"),
      ("qsl_rng_seed :", "\(settings.seeds.library)"),
      ("sample_index_rng_seed :", "\(settings.seeds.sampleIndex)"),
      ("schedule_rng_seed :", "\(settings.seeds.schedule)"),
      ("accuracy_log_rng_seed :", "\(settings.seeds.accuracyLog)"),
      ("accuracy_log_probability :", JSONText.number(settings.accuracyLogProbability)),
      ("accuracy_log_sampling_target :", "\(settings.accuracyLogSamplingTarget)"),
      ("print_timestamps :", "0"),
      ("performance_issue_unique :", settings.issuesUnique ? "1" : "0"),
      ("performance_issue_same :", settings.issuesSame ? "1" : "0"),
      ("performance_issue_same_index :", "\(settings.sameIndex)"),
      ("performance_sample_count :", "\(settings.performanceSampleCount ?? log.result.library.performanceCount)"),
      ("accuracy_sample_count :", "\(settings.accuracySampleCount ?? log.result.library.totalCount)"),
    ]
    return "\n" + Self.banner("Test Parameters Used") + lines.map { "\($0) \($1)\n" }.joined()
  }

  private var ending: String {
    let (warnings, errors) = (log.allWarnings.count, log.errors.count)
    let warning =
      warnings == 0
      ? "No warnings encountered during test."
      : "\(warnings) warning\(warnings == 1 ? "" : "s") encountered. See detailed log."
    let error =
      errors == 0
      ? "No errors encountered during test."
      : "\(errors) ERROR\(errors == 1 ? "" : "S") encountered. See detailed log."
    return "\n\(warning)\n\n\(error)\n"
  }

  private static func word(_ isSatisfied: Bool) -> String { isSatisfied ? "Yes" : "NO" }

  private static func fixed(_ value: Double) -> String { String(format: "%.2f", value) }

  /// Names come from outside: one line, whatever they hold.
  private static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
