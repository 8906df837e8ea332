import LoadGen

/// The figure that audits compare, by scenario.
///
/// As in the audits' own scripts: the early-stopping estimate of SingleStream and MultiStream, completed samples a second of
/// Server, samples a second of Offline.
public struct AuditScore: Codable, Hashable, Sendable {
  /// The scenario.
  public let scenario: TestScenario
  /// Nanoseconds, or a rate a second.
  public let value: Double
  /// Server: the bound, nanoseconds.
  public let bound: Int64?
  /// Whether the run was VALID.
  public let isValid: Bool

  /// Whether a greater score is a slower system.
  public var isLatency: Bool { scenario == .singleStream || scenario == .multiStream }

  /// Makes a score.
  public init(scenario: TestScenario, value: Double, bound: Int64? = nil, isValid: Bool) {
    self.scenario = scenario
    self.value = value
    self.bound = bound
    self.isValid = isValid
  }

  /// The score of a test; nil in accuracy mode and where it is too short to have one.
  public init?(_ log: RunLog) {
    let result = log.result
    let settings = result.effective
    guard settings.mode == .performance else { return nil }
    let figures = LogFigures(log)
    let value: Double? =
      switch settings.scenario {
      case .singleStream, .multiStream: result.earlyStopping?.latency.map(Double.init)
      case .server: figures.completedRate
      case .offline: figures.samplesPerSecond
      }
    guard let value, value > 0 else { return nil }
    self.init(
      scenario: settings.scenario, value: value, bound: settings.scenario == .server ? settings.targetLatency : nil,
      isValid: log.isValid)
  }

  /// The score in a log; nil where there is none.
  public init?(_ detail: DetailLog) {
    guard let scenario = detail["effective_scenario"]?.text.flatMap(TestScenario.init) else { return nil }
    let key =
      switch scenario {
      case .singleStream: "early_stopping_latency_ss"
      case .multiStream: "early_stopping_latency_ms"
      case .server: "result_completed_samples_per_sec"
      case .offline: "result_samples_per_second"
      }
    guard let value = detail[key]?.double, value > 0 else { return nil }
    self.init(
      scenario: scenario, value: value,
      bound: scenario == .server ? detail["effective_target_latency_ns"]?.int.map(Int64.init) : nil,
      isValid: detail["result_validity"]?.text == "VALID")
  }

  /// The figure with its unit.
  public var text: String {
    // Four digits of whatever size.
    let figure = isLatency ? value / 1e6 : value
    var unit = 1000.0
    while figure > 0, figure * unit < 1000, unit < 1e9 { unit *= 10 }
    return "\((figure * unit).rounded() / unit) \(isLatency ? "ms" : "samples/s")"
  }

  /// How far scores may be apart: 10 %, and 20 % of latencies that are so short that the system's noise counts.
  public var tolerance: Double {
    switch scenario {
    case .singleStream where value <= 200_000: 0.2
    case .multiStream where value <= 1_600_000: 0.2
    default: 0.1
    }
  }
}
