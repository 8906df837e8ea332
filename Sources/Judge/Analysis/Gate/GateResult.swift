import Records

/// What a gate says of a candidate.
public struct GateResult: Codable, Hashable, Sendable {
  /// The verdict on everything.
  public let verdict: Verdict
  /// Why, in one sentence.
  public let reason: String
  /// What was judged, cell by cell and metric by metric.
  public let cases: [GateCase]
  /// What was not judged and should be known: cells or metrics that only one side has.
  public let notes: [String]
  /// How the decision errs.
  public let odds: GateOdds
  /// What was measured; nil where two records were compared.
  public let effort: Effort?

  /// What it took.
  public struct Effort: Codable, Hashable, Sendable {
    /// Rounds that count.
    public let rounds: Int
    /// The most that were planned.
    public let plannedRounds: Int
    /// Rounds that were discarded, and how many may be.
    public let discarded: Int
    /// How many may be.
    public let discardLimit: Int
    /// Seconds of all rounds.
    public let seconds: Double
    /// Why the trial ended.
    public let end: Trial.End?
    /// What disturbed most often, with how often.
    public let disturbances: [String]
    /// How much loops that never change moved over the trial, as a share of their mean: the range of arithmetic and of memory.
    public let canaryRange: CanaryRange?
  }

  /// How far pure loops moved.
  public struct CanaryRange: Codable, Hashable, Sendable {
    /// The fastest over the slowest, less 1, in registers.
    public let arithmetic: Double
    /// The same from memory.
    public let memory: Double
  }
}

/// How often a gate is wrong, as printed before its verdict.
public struct GateOdds: Codable, Hashable, Sendable {
  /// The share of gates on candidates that are no worse than their limits that may end in a regression, over all cases and looks.
  public let falseAlarms: Double
  /// The numbers of rounds at which it was looked.
  public let looks: [Int]
  /// How many cases of the base against itself would have been called a regression, of how many: what is seen of false alarms.
  public let nullAlarms: Int
  /// Cases that were judged by rounds.
  public let family: Int
  /// Whether rounds are pairs, or two records' rounds were compared as they are.
  public let isPaired: Bool
}
