import Foundation
import LoadGen

/// Figures and sentences that summary and detail log share.
struct LogFigures {
  let log: RunLog

  init(_ log: RunLog) { self.log = log }

  private var result: TestResult { log.result }
  private var settings: TestSettings { log.result.effective }

  /// Whether a rule is satisfied; a rule that the scenario does not have is.
  func satisfies(_ rules: Validity.Rule...) -> Bool {
    log.validity.lines.allSatisfy { !rules.contains($0.rule) || $0.satisfied }
  }

  var meetsMinDuration: Bool { satisfies(.minDuration) }
  var meetsMinQueries: Bool { satisfies(.minQueries, .minSamples) }
  var meetsBound: Bool { satisfies(.latencyBound) }
  var meetsEarlyStopping: Bool { satisfies(.earlyStopping) }

  /// What would help: the sentence of each rule that is not satisfied.
  var recommendations: [String] { log.validity.lines.filter { !$0.satisfied }.map(\.sentence) }

  /// A percentile as LoadGen names it: `99.0th`.
  static func name(ofPercentile share: Double) -> String { String(format: "%.1fth", share * 100) }

  /// What early stopping has to say, in LoadGen's words and lines; empty for Offline.
  var earlyStopping: String {
    switch settings.scenario {
    case .offline: return ""
    case .server:
      guard let line = log.validity.lines.first(where: { $0.rule == .earlyStopping }), !line.satisfied else {
        return " * Run successful."
      }
      let missing = Int((line.required ?? 0) - (line.measured ?? 0))
      return " * Run unsuccessful.\n * Processed \(result.sampleCount) queries.\n"
        + " * Would need to run at least \(missing) more queries,\n with the run being successful if every additional\n"
        + " query were under latency."
    case .singleStream, .multiStream: return estimate
    }
  }

  private var estimate: String {
    let count = result.queryLatency?.count ?? 0
    let name = Self.name(ofPercentile: settings.targetLatencyPercentile)
    let needed = result.earlyStopping?.neededCount ?? neededCount(settings.targetLatencyPercentile)
    guard let estimate = result.earlyStopping, let discarded = estimate.discarded, let latency = estimate.latency else {
      return " * Only processed \(count) queries.\n * Need to process at least \(needed) queries for early stopping."
    }
    var text =
      " * Processed at least \(needed) queries (\(count)).\n * Would discard \(discarded) highest latency queries.\n"
      + " * Early stopping \(name) percentile estimate: \(latency)"
    guard settings.scenario == .singleStream else { return text }
    if let latency99 = estimate.latency99 {
      text += "\n * Early stopping 99.0th percentile estimate: \(latency99)"
    } else {
      text +=
        "\n * Not enough queries processed for 99.0th percentile\n early stopping estimate (would need to process at\n"
        + " least \(neededCount(0.99)) total queries)."
    }
    return text
  }

  private func neededCount(_ percentile: Double) -> Int {
    EarlyStopping(percentile: percentile)?.needed(over: 1) ?? 0
  }

  /// SingleStream: queries a second, with what the load generator takes between two of them.
  var rateWithOverhead: Double { Self.rate(result.queryCount, result.lastCompleted) }

  /// SingleStream: queries a second, without it.
  var rateWithoutOverhead: Double {
    guard let mean = result.queryLatency?.mean, mean > 0 else { return 0 }
    return 1e9 / mean
  }

  /// Offline: samples a second.
  var samplesPerSecond: Double { Self.rate(result.completedCount, result.lastCompleted) }

  /// Server: how often queries were due.
  var scheduledRate: Double { Self.rate(result.sampleCount - 1, result.lastScheduled) }

  /// Server: how often they were answered.
  var completedRate: Double { Self.rate(result.sampleCount - 1, result.lastQueryCompleted) }

  /// Latencies by LoadGen's labels.
  static func percentiles(_ latency: LatencySummary) -> [(label: String, value: Int64)] {
    zip(LatencySummary.percentiles, latency.values).map { (String(format: "%.2f", $0 * 100), $1) }
  }

  private static func rate(_ count: Int, _ nanoseconds: Int64) -> Double {
    nanoseconds > 0 && count > 0 ? Double(count) / (Double(nanoseconds) / 1e9) : 0
  }
}

extension TestSettings {
  /// LoadGen's one number for how many queries or samples to issue at least: Offline counts samples.
  var requestedLeastCount: Int { scenario == .offline ? max(minQueryCount, minSampleCount) : minQueryCount }

  var issuesUnique: Bool { issue == .unique }
  var issuesSame: Bool { if case .same = issue { true } else { false } }
  var sameIndex: Int { if case .same(let index) = issue { index } else { 0 } }

  /// Server: the bound, and 0 elsewhere.
  var loggedBound: Int64 { scenario == .server ? targetLatency ?? 0 : 0 }

  /// How many queries may be outstanding; 0 is any number.
  var asynchronousQueries: Int { scenario == .server ? 0 : 1 }
}
