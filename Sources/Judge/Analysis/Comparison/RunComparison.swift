import HostState
import Records
import Statistics

/// Two runs, cell by cell: what became better or worse, what cannot be told, and what else differs.
///
/// Cells are joined by their ids. The unit of every interval is the process: the round, where each has one of its own. Rounds of two
/// runs that were measured one after the other are two samples; only where the runs were interleaved are rounds of equal
/// index pairs, which takes what the machine did to both out of the comparison.
public struct RunComparison: Codable, Hashable, Sendable {
  /// The run that is compared with.
  public let base: Run
  /// The run that is judged.
  public let candidate: Run
  /// Whether rounds of equal index are pairs.
  public let isPaired: Bool
  /// The confidence of intervals.
  public let confidence: Double
  /// The metrics that were asked for.
  public let metrics: [Metric]
  /// In what the runs differ, the unlike first.
  public let differences: [RunDifference]
  /// Cells that both have, in the base's order.
  public let cells: [CellComparison]
  /// Geometric means of ratios, one a metric that has any.
  public let means: [MeanChange]
  /// Ids of cells that only the base has.
  public let onlyInBase: [String]
  /// Ids of cells that only the candidate has.
  public let onlyInCandidate: [String]
  /// Rows that were tested; each has a chance of one less the confidence to show a change where there is none.
  public let tests: Int
  /// Changes that remain where that many tests are allowed for by Holm's correction.
  public let changesAfterHolm: Int
  /// Warnings that only one side has, each a sentence.
  public let warnings: [String]
  /// Whether both are the same measurement.
  public let isSameMeasurement: Bool

  /// Which run it was.
  public struct Run: Codable, Hashable, Sendable {
    /// Start of the run, ISO 8601 UTC.
    public let createdAt: String
    /// The suite's name.
    public let suite: String
    /// What wrote it.
    public let tool: Record.Tool
    /// How far it got.
    public let status: Record.Status
    /// The CPU's brand string.
    public let cpuModel: String

    init(_ record: Record) {
      createdAt = record.createdAt
      suite = record.spec.suite
      tool = record.tool
      status = record.status
      cpuModel = record.machine.cpuModel
    }
  }

  /// Compares two records. Pure; every pair of records is accepted, also unlike ones: see ``refusal``.
  ///
  /// - Parameters:
  ///   - isPaired: whether the two were measured interleaved, so that rounds of equal index are pairs.
  ///   - metrics: what to compare.
  ///   - confidence: of intervals, above 0 and below 1.
  public init(
    base: Record, candidate: Record, isPaired: Bool, metrics: [Metric] = Metric.allCases, confidence: Double = 0.95
  ) {
    let others = Dictionary(candidate.cells.map { ($0.id, $0) }) { first, _ in first }
    let common = base.cells.compactMap { cell in others[cell.id].map { (base: cell, candidate: $0) } }
    let ids = Set(common.map(\.base.id))
    self.base = Run(base)
    self.candidate = Run(candidate)
    self.isPaired = isPaired
    self.confidence = confidence
    self.metrics = metrics
    let found =
      RunDifference.all(base.machine, candidate.machine) + RunDifference.all(base, candidate, common: common)
    differences = RunDifference.Weight.allCases.flatMap { weight in found.filter { $0.weight == weight } }
    let cells = common.map {
      CellComparison(
        base: $0.base, candidate: $0.candidate, isPaired: isPaired, metrics: metrics, confidence: confidence)
    }
    self.cells = cells
    means = metrics.compactMap { MeanChange($0, of: cells) }
    onlyInBase = base.cells.map(\.id).filter { !ids.contains($0) }
    onlyInCandidate = candidate.cells.map(\.id).filter { !ids.contains($0) }
    let ps = cells.flatMap(\.metrics).filter { $0.ratio?.lower != nil && $0.change != .same }.compactMap { $0.ratio?.p }
    tests = ps.count
    changesAfterHolm = Holm.adjusted(ps).count { $0 <= 1 - confidence }
    warnings = Self.warnings(base, candidate)
    isSameMeasurement = base.createdAt == candidate.createdAt && base.cells == candidate.cells
  }

  /// Warnings that only one side has, each a sentence.
  static func warnings(_ base: Record, _ candidate: Record) -> [String] {
    func only(_ name: String, _ record: Record, _ other: Record) -> [String] {
      record.warnings.filter { !other.warnings.contains($0) }.map { "The \(name) alone warns: \($0)" }
    }
    return only("base", base, candidate) + only("candidate", candidate, base)
  }

  /// What forbids to compare the two unless it is forced, as a sentence; nil where nothing does.
  public var refusal: String? {
    let unlike = differences.filter { $0.weight == .unlike }
    guard !unlike.isEmpty else { return nil }
    let names = unlike.map { "\($0.name) (\($0.base) against \($0.candidate))" }
    return "The two runs are unlike: \(names.joined(separator: ", "))"
  }

  /// The fewest rounds, or pairs of them, that make an interval of this confidence; nil where a thousand do not.
  public var fewestRounds: Int? { FewestRounds.count(confidence: confidence, isPaired: isPaired) }

  /// What changed, of one metric or of all.
  public func count(_ change: Change, of metric: Metric? = nil) -> Int {
    cells.flatMap(\.metrics).count { $0.change == change && (metric == nil || $0.metric == metric) }
  }
}
