import Records

/// One cell of two runs.
public struct CellComparison: Codable, Hashable, Sendable {
  /// The cell's stable id.
  public let id: String
  /// The point, as the candidate describes it.
  public let cell: Cell
  /// What became of the cell in the base.
  public let base: Side
  /// What became of the cell in the candidate.
  public let candidate: Side
  /// One entry a metric that was asked for.
  public let metrics: [MetricComparison]
  /// What stands in the way of a simple reading, each a sentence.
  public let notes: [String]

  /// What became of a cell in one run.
  public struct Side: Codable, Hashable, Sendable {
    /// Rounds that the plan asked for.
    public let plannedRounds: Int
    /// Rounds finished.
    public let rounds: Int
    /// Why there are no more; nil where no round failed.
    public let failure: String?
    /// What disturbed the rounds.
    public let disturbances: [Disturbance]

    init(_ result: Record.CellResult) {
      plannedRounds = result.plannedRounds
      rounds = result.rounds.count
      failure = result.failure?.reason
      disturbances = Disturbance.all(in: result, latency: nil)
    }

    /// Whether it ran elsewhere than it was placed.
    var isMisplaced: Bool { disturbances.contains { Disturbance.Kind.misplacements.contains($0.kind) } }
  }

  init(
    base: Record.CellResult, candidate: Record.CellResult, isPaired: Bool, metrics: [Metric], confidence: Double
  ) {
    let sides = (Side(base), Side(candidate))
    id = candidate.id
    cell = candidate.cell
    self.base = sides.0
    self.candidate = sides.1
    let misplaced = Self.misplacement(sides.0, sides.1)
    self.metrics = metrics.map {
      MetricComparison(
        $0, base: base, candidate: candidate, isPaired: isPaired, confidence: confidence, misplaced: misplaced)
    }
    notes = Self.notes(base, candidate)
  }

  /// Why figures of speed belong to no configuration, as a sentence; nil where both sides ran where they were placed.
  static func misplacement(_ base: Record.CellResult, _ candidate: Record.CellResult) -> String? {
    misplacement(Side(base), Side(candidate))
  }

  private static func misplacement(_ base: Side, _ candidate: Side) -> String? {
    let who: String
    switch (base.isMisplaced, candidate.isMisplaced) {
    case (false, false): return nil
    case (true, false): who = "The base"
    case (false, true): who = "The candidate"
    case (true, true): who = "Both"
    }
    return "\(who) ran elsewhere than placed, so that the figures are of no configuration; assay show says where."
  }

  /// Whether some round of the candidate has outputs that no round of the base has, but for rounding.
  static func computesOtherOutputs(_ base: Record.CellResult, _ candidate: Record.CellResult) -> Bool {
    // Rounds of one program mostly agree, so that few outputs are looked at.
    func distinct(_ result: Record.CellResult) -> [Round.OutputDigest] {
      result.rounds.map(\.observation.output).reduce(into: []) { found, output in
        if !found.contains(where: { $0.isClose(to: output) }) { found.append(output) }
      }
    }
    let known = distinct(base)
    return !known.isEmpty && distinct(candidate).contains { output in !known.contains { $0.isClose(to: output) } }
  }

  private static func notes(_ base: Record.CellResult, _ candidate: Record.CellResult) -> [String] {
    var notes: [String] = []
    for (name, result) in [("base", base), ("candidate", candidate)] {
      if let failure = result.failure {
        notes.append(
          "failed in the \(name) after \(result.rounds.count) of \(result.plannedRounds) rounds: \(failure.reason)")
      } else if result.rounds.count < result.plannedRounds {
        notes.append("has \(result.rounds.count) of \(result.plannedRounds) rounds in the \(name)")
      }
    }
    guard let one = base.rounds.first?.observation, let other = candidate.rounds.first?.observation else {
      return notes
    }
    if computesOtherOutputs(base, candidate) {
      notes.append("computes other outputs in the candidate: the work may not be the same")
    }
    if base.cell.contract != candidate.cell.contract {
      notes.append("follows \(base.cell.numerics) in the base and \(candidate.cell.numerics) in the candidate")
    }
    if one.implementations != other.implementations {
      notes.append(
        "runs by other implementations: \(changed(one.implementations, other.implementations))")
    }
    return notes
  }

  /// Names whose counts differ, as `native.gemm 12 -> 14`, at most five.
  private static func changed(_ one: [String: Int], _ other: [String: Int]) -> String {
    let names = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
    let texts = names.prefix(5).map { "\($0) \(one[$0] ?? 0) -> \(other[$0] ?? 0)" }
    return texts.joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
