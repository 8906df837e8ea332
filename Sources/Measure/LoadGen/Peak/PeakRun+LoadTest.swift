// How a search's plan, steps and runs are made of a test's settings and results.

extension PeakPlan {
  /// A plan for the length, bound and percentile of a Server test.
  ///
  /// - Throws: ``PeakPlanError`` where the settings are of another scenario or have no bound.
  public init(
    settings: TestSettings, start: Double, highest: Double, width: Double, budget: Double
  ) throws(PeakPlanError) {
    guard settings.scenario == .server, let bound = settings.targetLatency else {
      throw PeakPlanError(reason: "it is the rate of the Server scenario that keeps a bound of latency")
    }
    self.init(
      start: min(start, highest), highest: highest, bound: bound, percentile: settings.targetLatencyPercentile,
      fullSeconds: Double(settings.minDuration) / 1e9, fullQueries: settings.minQueryCount, width: width,
      budget: budget)
    try validate()
  }
}

extension PeakStep {
  /// The settings of the step's run: those of a full one at its rate, or shorter.
  public func settings(from full: TestSettings) -> TestSettings {
    var settings = full
    settings.targetQPS = rate
    settings.mode = .performance
    // The step has its own ends.
    settings.maxDuration = nil
    settings.maxQueryCount = nil
    settings.minQueryCount = minQueries
    if !isConfirming { settings.minDuration = Int64(min(seconds, 1e9) * 1e9) }
    return settings
  }
}

extension PeakRun {
  /// What came of a step's test.
  ///
  /// A full run counts as passed only where our own rules are satisfied too: no errors of the system.
  ///
  /// - Parameters:
  ///   - look: what the monitor said last, where that ended the test.
  ///   - seconds: how long it took with everything around it.
  public init(step: PeakStep, result: TestResult, look: PeakMonitor.Look, seconds: Double) {
    let samples = max(0, result.sampleCount)
    let missing = max(result.faults.failed + result.faults.unanswered, samples - result.completedCount)
    let over = min(max(0, result.overLatencyCount + missing), samples)
    let end: End =
      switch result.end {
      case .decided: .decided(look)
      case .rule, .traceEnded, .maxDuration, .maxQueryCount: .ended(isValid: Validity(result).isClean)
      case .overloaded, .silent, .interrupted: .failed
      }
    self.init(
      step: step, tick: PeakTick(queries: samples, over: over), end: end, latency: result.sampleLatency?.target,
      seconds: seconds)
  }
}

/// Asks a step's monitor while its test runs.
public struct PeakWatch: Sendable {
  private var monitor: PeakMonitor
  private var next: Double
  /// What the monitor said last.
  public private(set) var look = PeakMonitor.Look.undecided

  /// Begins with the test.
  public init(_ step: PeakStep) {
    monitor = step.monitor
    next = monitor.interval
  }

  /// Whether enough has been seen; to be asked often.
  public mutating func isDecided(_ now: LoadTest.Progress) -> Bool {
    guard let elapsed = now.elapsed else { return false }
    let seconds = Double(elapsed) / 1e9
    guard look == .undecided, seconds >= next else { return look != .undecided }
    // Not a multiple of the interval: whoever asks may come late, and windows are to be of one length.
    next = seconds + monitor.interval
    look = monitor.look(PeakTick(queries: now.completed, over: now.overLatency))
    return look != .undecided
  }
}
