/// The figures of a run that have a range, in one place for suites, the command line and records.
///
/// Raw values are the keys of suites and, with two dashes before, the options of `assay run`.
public enum RunFigure: String, CaseIterable, Hashable, Sendable {
  /// See ``RunSpec/rounds``.
  case rounds
  /// See ``RunSpec/minDuration``.
  case minDuration = "min-duration"
  /// See ``RunSpec/minQueryCount``.
  case minQueries = "min-queries"
  /// See ``RunSpec/maxWarmUp``.
  case maxWarmUp = "max-warm-up"
  /// See ``RunSpec/timeout``.
  case timeout
  /// See ``RunSpec/fidelitySamples``.
  case fidelitySamples = "fidelity-samples"
  /// See ``RunSpec/calibrationSamples``.
  case calibrationSamples = "calibration-samples"
  /// See ``RunSpec/blasThreads``.
  case blasThreads = "blas-threads"

  /// The values that make sense; in seconds for times.
  public var range: ClosedRange<Double> {
    switch self {
    case .rounds: 1...1000
    case .minDuration: 0.01...86400
    case .minQueries: 1...1_000_000
    case .maxWarmUp: 0...3600
    case .timeout: 1...86400
    case .fidelitySamples, .calibrationSamples: 1...100_000
    case .blasThreads: 1...4096
    }
  }

  /// What is wrong with `value` as a clause, or nil where nothing is; NaN is outside of every range.
  public func problem(_ value: Double) -> String? {
    guard !range.contains(value) else { return nil }
    let unit =
      switch self {
      case .minDuration, .maxWarmUp, .timeout: " seconds"
      case .rounds, .minQueries, .fidelitySamples, .calibrationSamples, .blasThreads: ""
      }
    return "`\(rawValue)` must be \(range.lowerBound.plainText) to \(range.upperBound.plainText)\(unit)"
  }

  /// Samples per query.
  public static let batches = 1...1024
  /// Threads of a cell.
  public static let threads = 1...4096
  /// Cells of a run.
  public static let cellLimit = 4096

  /// Whether a text can be ``RunSpec/blasCore``: it becomes an environment variable's value.
  public static func isBLASCore(_ text: String) -> Bool {
    let allowed = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
    return !text.isEmpty && text.utf8.count <= 32 && allowed
  }
}

extension Double {
  /// The value as people write it: whole numbers without `.0`.
  public var plainText: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension RunSpec {
  /// The first figure out of its range, or nil.
  var problem: String? {
    let figures: [(RunFigure, Double)] = [
      (.rounds, Double(rounds)), (.minDuration, minDuration), (.minQueries, Double(minQueryCount)),
      (.maxWarmUp, maxWarmUp), (.timeout, timeout), (.fidelitySamples, Double(fidelitySamples)),
      (.calibrationSamples, Double(calibrationSamples ?? 1)), (.blasThreads, Double(blasThreads ?? 1)),
    ]
    for (figure, value) in figures {
      if let problem = figure.problem(value) { return problem }
    }
    if let problem = assignments?.lazy.compactMap(\.problem).first { return problem }
    if let problem = calibrations?.lazy.compactMap(\.problem).first { return problem }
    guard RunFigure.isBLASCore(blasCore) else { return "`blas-core` is no name of a core" }
    if let models {
      guard models.count <= UserModel.limit else { return "\(models.count) models are too many" }
      guard Set(models.map(\.workload)).count == models.count else { return "two models have the same name" }
      if let problem = models.lazy.compactMap(\.problem).first { return problem }
    }
    for group in groups {
      guard group.threads.allSatisfy(RunFigure.threads.contains) else { return "a group's thread count cannot be" }
      guard (group.contracts ?? []).allSatisfy({ !$0.isEmpty }) else { return "a group's contract has no name" }
      guard group.batches.allSatisfy(RunFigure.batches.contains) else { return "a group's batch cannot be" }
      guard (group.placement?.instances ?? []).allSatisfy(RunFigure.threads.contains) else {
        return "a group's number of instances cannot be"
      }
    }
    return nil
  }
}
