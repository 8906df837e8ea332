/// Whether a test counts, rule by rule: what was measured, what is required, and what would help.
public struct Validity: Codable, Hashable, Sendable {
  /// One line for every rule that the scenario has, MLPerf's own before ours.
  public let lines: [Line]
  /// MLPerf's verdict: its own rules only.
  public let isValid: Bool
  /// Whether our rules are satisfied too: no errors of the system, and a test that was not cut short.
  public let isClean: Bool

  /// Judges a finished test by the settings that it ran with.
  public init(_ result: TestResult) {
    lines = ValidityRules(result).lines
    isValid = lines.allSatisfy { $0.satisfied || !$0.rule.isOfMLPerf }
    isClean = lines.allSatisfy(\.satisfied)
  }

  /// What is asked of a test.
  public enum Rule: String, Codable, CaseIterable, Hashable, Sendable {
    /// It lasted long enough.
    case minDuration
    /// It had enough queries.
    case minQueries
    /// Offline: it had enough samples.
    case minSamples
    /// Server: the percentile of latency is within the bound.
    case latencyBound
    /// There are enough queries for the percentile to be trusted.
    case earlyStopping
    /// Accuracy mode: every sample was answered.
    case coverage
    /// The system failed on no sample, answered each, and each once.
    case noErrors
    /// Nothing but the scenario's own rule ended the test.
    case notCut

    /// Whether MLPerf has it; the others are ours.
    public var isOfMLPerf: Bool { self != .noErrors && self != .notCut }
  }

  /// One rule, applied.
  public struct Line: Codable, Hashable, Sendable {
    /// The rule.
    public let rule: Rule
    /// What the test did, in ``unit``; nil where that is no number.
    public let measured: Double?
    /// The least or, for latencies and errors, the greatest that satisfies the rule, in ``unit``.
    public let required: Double?
    /// `s`, `ms`, `queries`, `samples` or `errors`; empty where there is no number.
    public let unit: String
    /// How far ``measured`` is on the right side of ``required``, in ``unit``; negative where the rule is not satisfied.
    public let margin: Double?
    /// Whether the rule is satisfied.
    public let satisfied: Bool
    /// How many more queries (Offline: samples) would satisfy the rule if the rest went on as it did; nil where the rule is
    /// satisfied, where not their number is what is wrong, and where no number would.
    public let moreQueries: Int?
    /// How many seconds longer it should take; nil as for ``moreQueries``.
    public let longer: Double?
    /// Server, where too large a share was too late: how probable at least so many are where the share is just small enough, 0
    /// to 1. Where it is not small a longer test would tell, and where it is the rate is too high.
    public let chance: Double?
    /// The rule and what would help, in a sentence or two.
    public let sentence: String

    /// A ``chance`` below is none.
    public static let leastChance = 0.01

    /// ``margin`` as a share of what is required; nil where that is 0.
    public var relativeMargin: Double? {
      guard let margin, let required, required != 0 else { return nil }
      return margin / required
    }

    init(
      _ rule: Rule, measured: Double? = nil, required: Double? = nil, unit: String = "", margin: Double? = nil,
      satisfied: Bool, moreQueries: Int? = nil, longer: Double? = nil, chance: Double? = nil, sentence: String
    ) {
      self.rule = rule
      self.measured = measured
      self.required = required
      self.unit = unit
      self.margin = margin
      self.satisfied = satisfied
      self.moreQueries = satisfied ? nil : moreQueries
      self.longer = satisfied ? nil : longer
      self.chance = satisfied ? nil : chance
      self.sentence = sentence
    }
  }
}
