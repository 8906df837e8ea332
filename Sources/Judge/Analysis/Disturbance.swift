import HostState
import NumericFormats
import Records

/// Something that happened in some rounds of a cell and may distort its figures.
public struct Disturbance: Codable, Hashable, Sendable {
  /// What happened.
  public let kind: Kind
  /// Indices of the rounds in which it happened.
  public let rounds: [Int]
  /// The worst value of any round, in the unit that the kind documents; nil where the kind has none.
  public let worst: Double?

  /// Kinds of disturbance.
  public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
    /// The hypervisor took more than ``HostDisturbance/tolerableSteal`` of the CPU time. Unit: share of CPU time, 0 to 1.
    case steal
    /// Threads of the measured window were stopped for others more than ``tolerablePreemptions`` times a second and
    /// thread. Unit: involuntary switches a second and thread.
    case preemption
    /// The cgroup's quota stopped the process group. Unit: periods.
    case throttling
    /// A thread was seen on another CPU than its own, or was not seen at all. No unit.
    case strayedThreads
    /// Memory lay on other nodes than was asked for, beyond ``Round/tolerableElsewhere``. Unit: share of the memory, 0 to 1.
    case misplacedMemory
    /// Huge pages were asked for and there were none, or were not to be and there were some. Unit: bytes in huge pages.
    case otherPages
    /// Threads of libraries that may run outside of the placement took more than ``Round/tolerableStrangers`` of a window's time.
    /// Unit: share of the window, 0 to 1.
    case unboundThreads
    /// Latency had not settled when warm-up reached its cap. Unit: seconds of warm-up.
    case unsettledWarmUp
    /// The measured window allocated memory. Unit: allocation calls.
    case allocations
    /// The worker held more memory than its plan and the allowance. Unit: bytes above the plan.
    case excessMemory
    /// Rounds computed different outputs. No unit.
    case differingOutputs
    /// The round's median latency was more than 10 % above the fastest round's. Unit: the former over the latter.
    case differingRounds
  }

  /// Involuntary context switches a second and thread that every machine has: timer ticks and housekeeping.
  public static let tolerablePreemptions = 10.0

  /// The slowest round's median over the fastest round's above which rounds count as different.
  public static let tolerableSpread = 1.1

  /// Everything that disturbed a cell's rounds, one entry a kind, in the order of ``Kind``.
  static func all(in result: Record.CellResult, latency: CellSummary.Latency?) -> [Disturbance] {
    Kind.allCases.compactMap { kind in
      let found = result.rounds.compactMap { round in
        kind.severity(in: round, of: result, latency: latency).map { (index: round.index, severity: $0) }
      }
      guard !found.isEmpty else { return nil }
      return Disturbance(
        kind: kind, rounds: found.map(\.index), worst: kind.hasUnit ? found.map(\.severity).max() : nil)
    }
  }
}

extension Disturbance.Kind {
  /// Those that mean that the cell did not run where it was placed.
  static let misplacements: Set<Self> = [.strayedThreads, .misplacedMemory, .otherPages, .unboundThreads]

  fileprivate var hasUnit: Bool { self != .strayedThreads && self != .differingOutputs }

  /// How bad it was in one round; nil where it did not happen.
  fileprivate func severity(
    in round: Round, of result: Record.CellResult, latency: CellSummary.Latency?
  ) -> Double? {
    // The windows of emulated cells are not reported, so what disturbed them does not matter.
    let performances = result.cell.execution == .native ? round.performances : []
    let performance = performances.first
    switch self {
    case .steal:
      return performances.compactMap(\.disturbance.stealShare).filter { $0 > HostDisturbance.tolerableSteal }.max()
    case .preemption:
      // A few switches say nothing in however short a window.
      return performances.compactMap { performance in
        guard performance.duration > 0, performance.disturbance.involuntarySwitches > 20 else { return nil }
        let seconds = Double(performance.duration) / 1e9 * Double(max(1, result.cell.placement.threads))
        let rate = Double(performance.disturbance.involuntarySwitches) / seconds
        return rate > Disturbance.tolerablePreemptions ? rate : nil
      }.max()
    case .throttling:
      return performance?.disturbance.throttledPeriods.flatMap { $0 > 0 ? Double($0) : nil }
    case .strayedThreads: return !performances.isEmpty && round.hasStrayedThreads(in: result.cell) ? 1 : nil
    case .misplacedMemory: return performances.isEmpty ? nil : round.memoryElsewhere(in: result.cell)
    case .otherPages: return performances.isEmpty ? nil : round.unwantedPages(in: result.cell).map { Double($0) }
    case .unboundThreads: return performances.isEmpty ? nil : round.shareOfStrangers
    case .unsettledWarmUp:
      return performances.filter { !$0.warmUp.settled }.map(\.warmUp.seconds).max()
    case .allocations:
      return performances.compactMap(\.allocations).filter { $0 > 0 }.map { Double($0) }.max()
    case .excessMemory:
      let memory = CellSummary.Memory(of: round)
      return memory.isWithinLimit ? nil : memory.excess
    case .differingOutputs:
      guard let first = result.rounds.first else { return nil }
      let outputs = [round.observation] + (round.peers ?? []).map(\.observation)
      let isSame =
        outputs.allSatisfy { $0.output.isClose(to: first.observation.output) } && round.fidelity == first.fidelity
      return isSame ? nil : 1
    case .differingRounds:
      guard let fastest = latency?.rounds.map(\.p50).min(), fastest > 0,
        let own = latency?.rounds.first(where: { $0.index == round.index })
      else { return nil }
      let ratio = Double(own.p50) / Double(fastest)
      return ratio > Disturbance.tolerableSpread ? ratio : nil
    }
  }
}
