import Glibc

/// Cells in the order of how good they are as far as known, and which of them cannot be told apart.
struct SweepRanking: Sendable {
  /// A cell and where it stands.
  struct Entry: Sendable {
    let cell: Int
    let outcome: SweepOutcome
    /// By the medians of its rounds.
    let score: SweepScore
    /// The same where what lies above the limit only within the noise counts as keeping it.
    let hope: SweepScore
    let history: CellHistory
  }

  /// The best hope first.
  let entries: [Entry]
  /// The figures' noise: of what the goal compares, and of p99.
  private let value: NoiseFloor
  private let latency: NoiseFloor

  /// Ranks the cells that have rounds with what the goal is about. `noiseOf` is what the noise is learnt from.
  init(_ cells: some Sequence<Int>, _ histories: [CellHistory], noiseOf: some Sequence<Int>, goal: SweepGoal) {
    let sources = noiseOf.map { histories[$0] }
    let value = NoiseFloor(sources) { outcome in
      goal == .efficiency ? outcome.joulesPerSample.map { -log($0) } : log(outcome.throughput)
    }
    let latency = NoiseFloor(goal.limitSeconds == nil ? [] : sources) { log($0.p99) }
    self.value = value
    self.latency = latency
    entries = cells.compactMap { cell -> Entry? in
      let history = histories[cell]
      guard !history.hasFailed, let outcome = history.outcome, let score = goal.score(of: outcome) else { return nil }
      var hope = score
      if let limit = goal.limitSeconds, !score.isFeasible {
        let error = latency.error(rounds: history.rounds, processes: history.processes.count)
        if log(outcome.p99 / limit) <= NoiseFloor.deviations * error {
          hope = SweepScore(isFeasible: true, value: log(outcome.throughput))
        }
      }
      return Entry(cell: cell, outcome: outcome, score: score, hope: hope, history: history)
    }.sorted { $0.hope == $1.hope ? $0.cell < $1.cell : $0.hope > $1.hope }
  }

  /// Whether two cells cannot be told apart: both may keep the limit (or neither), and what is compared differs by less
  /// than the noise.
  func areTied(_ left: Entry, _ right: Entry) -> Bool {
    guard left.hope.isFeasible == right.hope.isFeasible else { return false }
    let noise = left.hope.isFeasible ? value : latency
    return noise.areTied(left.hope.value - right.hope.value, left.history, right.history)
  }

  /// The best by score alone, without hope.
  var best: Entry? {
    entries.max { $0.score == $1.score ? $0.cell > $1.cell : $0.score < $1.score }
  }

  /// The first `count` cells by hope and the first half as many by score, then those tied with the last of them; the best
  /// hope first.
  func keeping(_ count: Int) -> [Entry] {
    let byScore = entries.sorted { $0.score == $1.score ? $0.cell < $1.cell : $0.score > $1.score }
    let leaders = Set(entries.prefix(count).map(\.cell)).union(byScore.prefix((count + 1) / 2).map(\.cell))
    let leading = entries.filter { leaders.contains($0.cell) }
    guard let last = leading.prefix(count).last else { return [] }
    return entries.filter { leaders.contains($0.cell) || areTied($0, last) }
  }

  /// The first `count` and whatever is tied with the best.
  func contenders(_ count: Int) -> [Entry] {
    guard let best else { return [] }
    return entries.enumerated().filter { index, entry in
      index < count || entry.cell == best.cell || areTied(entry, best)
    }.map(\.element)
  }
}
