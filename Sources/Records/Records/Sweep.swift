/// What `assay sweep` decided beside its cells: enough to go on after an interruption and to see why cells were dropped.
public struct Sweep: Codable, Hashable, Sendable {
  /// What was looked for, as `--goal` takes it: `throughput`, `efficiency` or `latency<=15ms`.
  public var goal: String
  /// Seconds that the sweep may take.
  public var budgetSeconds: Double
  /// Seed of the order of visits and of what is left out where the budget cannot hold all.
  public var seed: UInt64
  /// Whether every cell gets all its rounds; otherwise halving drops cells.
  public var isFullGrid: Bool
  /// Seconds of a round.
  public var roundSeconds: Double
  /// Points of the whole product.
  public var candidates: Int
  /// How many of them each rule left out.
  public var pruned: [PrunedCount]
  /// Cells that the rules leave and the budget does not hold.
  public var leftOut: Int
  /// Cells that a limit of latency left out: a smaller batch in the same layout was far above it. nil for none.
  public var ruledOut: Int?
  /// The scaling ladder: ids of the cells of one instance with 1, 2, 4 ... threads.
  public var ladder: [String]
  /// Which hardware threads of a core were multiplied, as `--smt` takes them; empty for the machine's own choice.
  public var smt: [String]
  /// Bytes that all processes alive at the same time may take; nil where nobody knew a limit.
  public var memoryBytes: Int?
  /// Everything that happened, in order: with the rounds of the cells it is the whole state of the search.
  public var events: [Event]

  /// Makes the account of a sweep that has not begun.
  public init(
    goal: String, budgetSeconds: Double, seed: UInt64, isFullGrid: Bool, roundSeconds: Double, candidates: Int,
    pruned: [PrunedCount], leftOut: Int, ladder: [String], smt: [String] = [], memoryBytes: Int? = nil,
    events: [Event] = []
  ) {
    self.goal = goal
    self.budgetSeconds = budgetSeconds
    self.seed = seed
    self.isFullGrid = isFullGrid
    self.roundSeconds = roundSeconds
    self.candidates = candidates
    self.pruned = pruned
    self.leftOut = leftOut
    self.ladder = ladder
    self.smt = smt
    self.memoryBytes = memoryBytes
    self.events = events
  }

  /// One thing that happened; exactly one of its parts is there.
  public struct Event: Codable, Hashable, Sendable {
    /// Rounds of one cell in a row.
    public var visit: Visit?
    /// Canary kernels ran.
    public var canary: Canary?
    /// Seconds that went elsewhere, for example between two sessions of the same sweep.
    public var pause: Double?

    /// A visit.
    public static func visit(_ visit: Visit) -> Event { Event(visit: visit, canary: nil, pause: nil) }

    /// A canary.
    public static func canary(_ canary: Canary) -> Event { Event(visit: nil, canary: canary, pause: nil) }

    /// A pause.
    public static func pause(_ seconds: Double) -> Event { Event(visit: nil, canary: nil, pause: seconds) }
  }

  /// Some rounds of one cell in a row.
  public struct Visit: Codable, Hashable, Sendable {
    /// The cell's id.
    public var cell: String
    /// The index of the first of its rounds in the cell.
    public var firstRound: Int
    /// Rounds that it measured.
    public var rounds: Int
    /// From 0: how often the cells were thinned out before; the last rung is the finals.
    public var rung: Int
    /// Seconds of everything: starting, loading, warming up, rounds, parking.
    public var seconds: Double
    /// Of these: starting processes and loading; 0 where they were alive.
    public var loading: Double
    /// Of these: warming up.
    public var warming: Double
    /// Of these: measured windows.
    public var measured: Double
    /// Whether the cell cannot be measured.
    public var hasFailed: Bool

    /// Makes an account.
    public init(
      cell: String, firstRound: Int, rounds: Int, rung: Int, seconds: Double, loading: Double, warming: Double,
      measured: Double,
      hasFailed: Bool = false
    ) {
      self.cell = cell
      self.firstRound = firstRound
      self.rounds = rounds
      self.rung = rung
      self.seconds = seconds
      self.loading = loading
      self.warming = warming
      self.measured = measured
      self.hasFailed = hasFailed
    }
  }

  /// What one rule left out.
  public struct PrunedCount: Codable, Hashable, Sendable {
    /// The rule, for example `partialCacheGroup`.
    public var rule: String
    /// Points.
    public var count: Int

    /// Makes a count.
    public init(rule: String, count: Int) {
      self.rule = rule
      self.count = count
    }
  }

  /// A pure loop, always the same, between the rounds: it shows whether the machine moved or the configuration did.
  public struct Canary: Codable, Hashable, Sendable {
    /// Seconds of everything that happened before.
    public var at: Double
    /// Seconds that it took.
    public var seconds: Double
    /// Fused multiply-adds a second of one thread, in registers.
    public var multiplyAdds: Double
    /// Bytes a second that one thread reads from memory.
    public var bytes: Double

    /// Makes a reading.
    public init(at: Double, seconds: Double, multiplyAdds: Double, bytes: Double) {
      self.at = at
      self.seconds = seconds
      self.multiplyAdds = multiplyAdds
      self.bytes = bytes
    }
  }

  /// One step of the halving.
  public struct Rung: Hashable, Sendable {
    /// Ids of the cells that were measured in it, in the order of their first visits.
    public let cells: [String]
    /// Rounds of all of them together.
    public let rounds: Int
  }

  /// Seconds of a sweep, all its sessions together.
  public struct Time: Hashable, Sendable {
    /// Everything.
    public let total: Double
    /// Measured windows.
    public let measured: Double
    /// Starting processes and loading models.
    public let loading: Double
    /// Warming up.
    public let warming: Double
    /// Canaries.
    public let canaries: Double

    /// The share of the time that was not spent in measured windows, 0 to 1; nil before anything happened.
    public var overhead: Double? { total > 0 ? max(0, 1 - measured / total) : nil }
  }
}

extension Sweep {
  /// What canary kernels measured, in order.
  public var canaries: [Canary] { events.compactMap(\.canary) }

  /// What visits measured, in order.
  public var visits: [Visit] { events.compactMap(\.visit) }

  /// Which cells were still in at each step of the halving, and how many rounds they got.
  public var rungs: [Rung] {
    (0..<((visits.map(\.rung).max() ?? -1) + 1)).map { rung in
      let members = visits.filter { $0.rung == rung }
      let cells = members.map(\.cell).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      return Rung(cells: cells, rounds: members.reduce(0) { $0 + $1.rounds })
    }
  }

  /// Where the time went.
  public var time: Time {
    Time(
      total: events.reduce(0) { $0 + ($1.visit?.seconds ?? 0) + ($1.canary?.seconds ?? 0) + ($1.pause ?? 0) },
      measured: visits.reduce(0) { $0 + $1.measured }, loading: visits.reduce(0) { $0 + $1.loading },
      warming: visits.reduce(0) { $0 + $1.warming }, canaries: canaries.reduce(0) { $0 + $1.seconds })
  }

  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    func possible(_ values: Double...) -> Bool { values.allSatisfy { $0.isFinite && $0 >= 0 } }
    // Bounded, so that whoever adds them up or shows them as whole numbers may.
    func seconds(_ values: Double...) -> Bool { values.allSatisfy { (0...Self.longest).contains($0) } }
    guard !goal.isEmpty, goal.utf8.count <= 100 else { return "its goal cannot be" }
    let counts = [candidates, leftOut, memoryBytes ?? 0, ruledOut ?? 0] + pruned.map(\.count)
    guard seconds(budgetSeconds, roundSeconds), counts.allSatisfy((0...1 << 48).contains), pruned.count <= 1000
    else { return "a figure of it is negative, not finite or absurd" }
    let rounds = 0...Int(RunFigure.rounds.range.upperBound)
    for event in events {
      let parts = [event.visit != nil, event.canary != nil, event.pause != nil]
      guard parts.filter(\.self).count == 1 else { return "an event of it is not one thing" }
      if let canary = event.canary {
        guard seconds(canary.at, canary.seconds), possible(canary.multiplyAdds, canary.bytes) else {
          return "a canary cannot be"
        }
      }
      if let visit = event.visit {
        guard seconds(visit.seconds, visit.loading, visit.warming, visit.measured), rounds.contains(visit.rounds),
          rounds.contains(visit.firstRound), (0..<1000).contains(visit.rung)
        else { return "a visit cannot be" }
      }
      if let pause = event.pause, !seconds(pause) { return "a pause cannot be" }
    }
    return nil
  }

  /// Thirty years: more than any sum of times can be.
  private static let longest = 1e9
}
