/// What a search asks for next.
public struct PeakStep: Hashable, Sendable {
  /// Queries a second.
  public let rate: Double
  /// Whether it must be a full run by the profile: only such a run shows a rate to be valid.
  public let isConfirming: Bool
  /// The longest that it may take, seconds, from the first query to the last.
  public let seconds: Double
  /// Least queries; they may take longer than ``seconds`` in a full run.
  public let minQueries: Int
  /// To be asked while it runs; it may be stopped when this has decided. A run without looks is right too, but longer.
  public let monitor: PeakMonitor
}

/// What came of a step.
public struct PeakRun: Codable, Hashable, Sendable {
  /// Queries a second that were asked for.
  public var rate: Double
  /// Whether it was to be a full run.
  public var isConfirming: Bool
  /// Queries, and those over latency with the failed and unanswered among them.
  public var tick: PeakTick
  /// How the run ended.
  public var end: End
  /// The percentile's latency, nanoseconds; nil where it is not known.
  public var latency: Int64?
  /// How long it took, with waiting for the last answers, seconds.
  public var seconds: Double
  /// What the search made of it; filled in by ``PeakSearch/record(_:)``.
  public internal(set) var verdict: Verdict?

  /// Makes an account.
  public init(step: PeakStep, tick: PeakTick, end: End, latency: Int64? = nil, seconds: Double) {
    rate = step.rate
    isConfirming = step.isConfirming
    self.tick = tick
    self.end = end
    self.latency = latency
    self.seconds = seconds
  }

  /// How a run ended.
  public enum End: Codable, Hashable, Sendable {
    /// It came to its end; `isValid` is its verdict by MLPerf's rules, of a full run.
    case ended(isValid: Bool)
    /// The monitor had decided.
    case decided(PeakMonitor.Look)
    /// The system fell so far behind, or failed so badly, that the run had to end.
    case failed
  }

  /// What a run says about its rate.
  public enum Verdict: String, Codable, Hashable, Sendable {
    /// A full run passed.
    case confirmed
    /// A probing run looked valid.
    case likelyValid
    /// A probing run came to its end undecided, with more over-latency queries than a full run may have as a share.
    case likelyInvalid
    /// A full run failed, or could no longer have passed, or a look rejected the rate.
    case invalid
  }
}

/// The answer of a search.
public struct PeakAnswer: Codable, Hashable, Sendable {
  /// The largest rate that passed a full run; nil where none did.
  public let valid: Double?
  /// The smallest rate above it that was found invalid; nil where none was.
  public let invalid: Double?
  /// Why the search ended.
  public let end: End
  /// Rates of which a full run, at this rate or beyond it, showed the opposite of what a run at them had shown: noise, of the
  /// machine or of chance.
  public let overturned: [Double]
  /// Runs of either kind.
  public let runs: Int
  /// Full runs that came to their end.
  public let fullRuns: Int
  /// Seconds that all runs took.
  public let seconds: Double

  /// By how much ``invalid`` exceeds ``valid``, as a share of it.
  public var width: Double? {
    guard let valid, let invalid else { return nil }
    return invalid / valid - 1
  }

  /// Why a search ended.
  public enum End: String, Codable, CaseIterable, Hashable, Sendable {
    /// The interval is as narrow as it was to be.
    case narrow
    /// The highest rate that may be tried is valid.
    case highestIsValid
    /// The lowest rate that may be tried is invalid.
    case nothingIsValid
    /// The time was over.
    case budget
    /// Too many runs contradicted each other.
    case runs
    /// The user or the caller ended it.
    case interrupted
  }
}
