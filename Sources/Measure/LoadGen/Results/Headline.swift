/// The figure that a test is made for, by its scenario.
public struct Headline: Codable, Hashable, Sendable {
  /// What it is, in MLPerf's words.
  public let name: String
  /// The figure; nil where the test was too short to have it.
  public let value: Double?
  /// Its unit: `ms` or `samples/s`.
  public let unit: String

  /// Makes a headline.
  public init(name: String, value: Double?, unit: String) {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

extension TestResult {
  /// The scenario's metric, and beside Server's the rate that was offered; none in accuracy mode.
  ///
  /// By LoadGen's definitions: rates of Server have N - 1 queries over the time when the last query was due, or answered.
  public var headlines: [Headline] {
    guard effective.mode == .performance else { return [] }
    switch effective.scenario {
    case .singleStream, .multiStream:
      let percent = (effective.targetLatencyPercentile * 1000).rounded() / 10
      let whole = percent == percent.rounded() && abs(percent) < 1000 ? "\(Int(percent))" : "\(percent)"
      let what = effective.scenario == .singleStream ? "latency" : "query latency"
      return [
        Headline(
          name: "\(whole)th percentile \(what), early-stopping estimate",
          value: earlyStopping?.latency.map { Double($0) / 1e6 }, unit: "ms")
      ]
    case .server:
      return [
        Headline(name: "completed samples per second", value: rate(before: lastQueryCompleted), unit: "samples/s"),
        Headline(name: "scheduled samples per second", value: rate(before: lastScheduled), unit: "samples/s"),
      ]
    case .offline:
      let seconds = Double(lastCompleted) / 1e9
      let rate = seconds > 0 && completedCount > 0 ? Double(completedCount) / seconds : nil
      return [Headline(name: "samples per second", value: rate, unit: "samples/s")]
    }
  }

  /// The intervals between queries, for each second up to the last one's time.
  private func rate(before end: Int64) -> Double? {
    end > 0 && sampleCount > 1 ? (Double(sampleCount) - 1) / (Double(end) / 1e9) : nil
  }
}
