import Glibc

/// The rounds of one cell, process by process.
struct CellHistory: Sendable {
  /// Outcomes of each process, in order; every process has at least one.
  private(set) var processes: [[SweepOutcome]] = []
  /// Whether it failed.
  var hasFailed = false

  var rounds: Int { processes.reduce(0) { $0 + $1.count } }

  mutating func add(_ outcomes: [SweepOutcome], isFresh: Bool) {
    let possible = outcomes.filter(\.isPossible)
    guard !possible.isEmpty else { return }
    if isFresh || processes.isEmpty { processes.append([]) }
    processes[processes.count - 1] += possible
  }

  /// The medians of all rounds; nil without rounds. Joules only where every round has them.
  var outcome: SweepOutcome? {
    let all = processes.flatMap(\.self)
    guard let throughput = Self.median(all.map(\.throughput)), let p50 = Self.median(all.map(\.p50)),
      let p99 = Self.median(all.map(\.p99))
    else { return nil }
    let joules = all.compactMap(\.joulesPerSample)
    return SweepOutcome(
      throughput: throughput, p50: p50, p99: p99,
      joulesPerSample: joules.count == all.count ? Self.median(joules) : nil)
  }

  /// The median; the mean of the two in the middle of an even number.
  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
