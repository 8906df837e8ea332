import Energy
import Statistics

/// The best configuration for a goal, and which others may be as good.
public struct SweepAnswer: Codable, Hashable, Sendable {
  /// The goal.
  public let goal: RankingGoal
  /// What came of it.
  public let outcome: Outcome
  /// Rows that were ranked.
  public let candidates: Int
  /// Rows that could be ranked by their figures but were dropped before the last rung.
  public let dropped: Int

  /// What a ranking came to.
  public enum Outcome: Hashable, Sendable {
    /// There is a best one.
    case found(Found)
    /// No row keeps the limit; the one that comes nearest.
    case limitNotMet(Nearest)
    /// There is nothing to rank, and why, as a sentence.
    case unavailable(reason: String)
  }

  /// The row with the least p99 where no row keeps a limit.
  public struct Nearest: Codable, Hashable, Sendable {
    /// The row.
    public let id: String
    /// Its p99 in nanoseconds.
    public let nanoseconds: Int64
  }

  /// A best row and those beside it, all by id.
  public struct Found: Codable, Hashable, Sendable {
    /// The row with the highest mean.
    public let best: String
    /// Rows that cannot be told apart from the best (Welch's test, Holm's correction, 5 %), the highest mean first.
    public let ties: [String]
    /// Rows of which, or of the best, there are fewer than two processes: nobody knows how they stand to the best.
    public let unknown: [String]
    /// Every row that was ranked, the highest mean first.
    public let places: [Place]

    /// What the ranking says of a row.
    public func place(of id: String) -> Place? { places.first { $0.id == id } }
  }

  /// One row of a ranking.
  public struct Place: Codable, Hashable, Sendable {
    /// The row.
    public let id: String
    /// Its mean over the best one's.
    public let share: Double
    /// How it stands to the best.
    public let standing: Ranking.Standing
    /// The p-value against the best after Holm's correction; nil for the best and where nothing is known.
    public let p: Double?
  }

  /// - Parameter isSought: Whether the sweep looked for this goal: then rows that it dropped on the way do not compete,
  ///   since they have fewer rounds and were dropped for being worse. For another goal they do: they were dropped for
  ///   other reasons.
  init(_ goal: RankingGoal, rows all: [SweepRow], isSought: Bool) {
    self.goal = goal
    let rankable = all.filter { $0.isRankable && !goal.values(of: $0).isEmpty }
    let competing = isSought ? rankable.filter(\.isFinalist) : rankable
    dropped = rankable.count - competing.count
    guard !competing.isEmpty else {
      candidates = 0
      outcome = .unavailable(reason: goal.whyNothing(rows: all))
      return
    }
    var rows = competing
    if case .latency(let limit) = goal {
      rows = competing.filter { ($0.summary.latency?.p99.nanoseconds).map { $0 <= limit } ?? false }
      if rows.isEmpty {
        // Rows that were dropped are no worse evidence that the limit can be kept.
        let nearest = rankable.compactMap { row in
          row.summary.latency.map { Nearest(id: row.id, nanoseconds: $0.p99.nanoseconds) }
        }
        .min { $0.nanoseconds < $1.nanoseconds }
        candidates = competing.count
        outcome = nearest.map { .limitNotMet($0) } ?? .unavailable(reason: goal.whyNothing(rows: all))
        return
      }
    }
    candidates = rows.count
    let ranking = Ranking(rows.map(goal.values))
    let places = ranking.entries.map {
      Place(id: rows[$0.index].id, share: $0.share, standing: $0.standing, p: $0.p)
    }
    guard let best = places.first else {
      outcome = .unavailable(reason: goal.whyNothing(rows: all))
      return
    }
    func ids(_ standing: Ranking.Standing) -> [String] { places.filter { $0.standing == standing }.map(\.id) }
    outcome = .found(Found(best: best.id, ties: ids(.tied), unknown: ids(.unknown), places: places))
  }

  /// The best row's id; nil where there is none.
  public var best: String? {
    if case .found(let found) = outcome { found.best } else { nil }
  }
}

extension RankingGoal {
  /// One value a process, of which more is better; empty where the row has not what the goal is about.
  func values(of row: SweepRow) -> [Double] {
    switch self {
    case .throughput: row.summary.throughput?.processes ?? []
    case .efficiency: row.samplesPerJoule
    case .latency: row.tails.isEmpty ? [] : row.summary.throughput?.processes ?? []
    case .leastLatency: row.tails.map { 1 / $0 }
    }
  }

  fileprivate func whyNothing(rows: [SweepRow]) -> String {
    let measured = rows.filter { $0.summary.throughput != nil }
    guard !measured.isEmpty else { return "No configuration was measured." }
    guard measured.contains(where: \.isRankable) else {
      return "No configuration ran where it was asked to, so none can be ranked."
    }
    switch self {
    case .efficiency:
      for row in measured {
        switch row.summary.energy {
        case .unavailable(let reason): return reason
        case .modelled: return "Energy was modelled, not measured, and a model's joules rank nothing."
        case .measured, nil: continue
        }
      }
      return "Energy was not measured in every round."
    case .latency, .leastLatency:
      return "The configurations have no latency: they were measured under Offline."
    case .throughput: return "No configuration has a throughput."
    }
  }
}

/// The JSON shape is `{"found": {...}}`, `{"limitNotMet": {...}}` or `{"unavailable": "..."}`.
extension SweepAnswer.Outcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case found, limitNotMet, unavailable
  }

  /// Decodes one of the forms.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try container.decodeIfPresent(SweepAnswer.Found.self, forKey: .found) {
      self = .found(found)
    } else if let nearest = try container.decodeIfPresent(SweepAnswer.Nearest.self, forKey: .limitNotMet) {
      self = .limitNotMet(nearest)
    } else {
      self = .unavailable(reason: try container.decode(String.self, forKey: .unavailable))
    }
  }

  /// Encodes the form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .found(let found): try container.encode(found, forKey: .found)
    case .limitNotMet(let nearest): try container.encode(nearest, forKey: .limitNotMet)
    case .unavailable(let reason): try container.encode(reason, forKey: .unavailable)
    }
  }
}
