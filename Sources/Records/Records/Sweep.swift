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
  /// The scaling ladder: ids of the cells of one instance with 1, 2, 4 ... threads.
  public var ladder: [String]
  /// The rungs so far; each says which cells were still in.
  public var rungs: [Rung]
  /// What canary kernels measured between visits, in order.
  public var canaries: [Canary]
  /// Where the time went.
  public var time: Time

  /// Makes the account of a sweep that has not begun.
  public init(
    goal: String, budgetSeconds: Double, seed: UInt64, isFullGrid: Bool, roundSeconds: Double, candidates: Int,
    pruned: [PrunedCount], leftOut: Int, ladder: [String], rungs: [Rung] = [], canaries: [Canary] = [],
    time: Time = Time()
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
    self.rungs = rungs
    self.canaries = canaries
    self.time = time
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

  /// One step of the halving.
  public struct Rung: Codable, Hashable, Sendable {
    /// Ids of the cells that were measured in it.
    public var cells: [String]
    /// Rounds that each got.
    public var rounds: Int

    /// Makes a rung.
    public init(cells: [String], rounds: Int) {
      self.cells = cells
      self.rounds = rounds
    }
  }

  /// A pure loop, always the same, between the rounds: it shows whether the machine moved or the configuration did.
  public struct Canary: Codable, Hashable, Sendable {
    /// Seconds since the sweep's first round began.
    public var at: Double
    /// Fused multiply-adds a second of one thread, in registers.
    public var multiplyAdds: Double
    /// Bytes a second that one thread reads from memory.
    public var bytes: Double

    /// Makes a reading.
    public init(at: Double, multiplyAdds: Double, bytes: Double) {
      self.at = at
      self.multiplyAdds = multiplyAdds
      self.bytes = bytes
    }
  }

  /// Seconds of a sweep, all its sessions together.
  public struct Time: Codable, Hashable, Sendable {
    /// Everything, from the first process to the last.
    public var total: Double
    /// Measured windows.
    public var measured: Double
    /// Starting processes and loading models.
    public var loading: Double
    /// Warming up.
    public var warming: Double
    /// Canaries.
    public var canaries: Double

    /// Makes an account; nothing has passed yet by default.
    public init(
      total: Double = 0, measured: Double = 0, loading: Double = 0, warming: Double = 0, canaries: Double = 0
    ) {
      self.total = total
      self.measured = measured
      self.loading = loading
      self.warming = warming
      self.canaries = canaries
    }
  }
}

extension Sweep {
  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    func possible(_ values: Double...) -> Bool { values.allSatisfy { $0.isFinite && $0 >= 0 } }
    guard !goal.isEmpty, goal.utf8.count <= 100 else { return "its goal cannot be" }
    guard possible(budgetSeconds, roundSeconds), candidates >= 0, leftOut >= 0,
      pruned.allSatisfy({ $0.count >= 0 }), rungs.allSatisfy({ $0.rounds >= 0 })
    else { return "a figure of it is negative or not finite" }
    guard canaries.allSatisfy({ possible($0.at, $0.multiplyAdds, $0.bytes) }) else { return "a canary cannot be" }
    guard possible(time.total, time.measured, time.loading, time.warming, time.canaries) else {
      return "its times cannot be"
    }
    return nil
  }
}
