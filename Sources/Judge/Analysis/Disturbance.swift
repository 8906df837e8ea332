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
  fileprivate var hasUnit: Bool { self != .strayedThreads && self != .differingOutputs }

  /// How bad it was in one round; nil where it did not happen.
  fileprivate func severity(
    in round: Round, of result: Record.CellResult, latency: CellSummary.Latency?
  ) -> Double? {
    // The windows of emulated cells are not reported, so what disturbed them does not matter.
    let performance = result.cell.execution == .native ? round.performance : nil
    switch self {
    case .steal:
      return performance?.disturbance.stealShare.flatMap { $0 > HostDisturbance.tolerableSteal ? $0 : nil }
    case .preemption:
      // A few switches say nothing in however short a window.
      guard let performance, performance.duration > 0, performance.disturbance.involuntarySwitches > 20 else {
        return nil
      }
      let seconds = Double(performance.duration) / 1e9 * Double(max(1, result.cell.placement.threads))
      let rate = Double(performance.disturbance.involuntarySwitches) / seconds
      return rate > Disturbance.tolerablePreemptions ? rate : nil
    case .throttling:
      return performance?.disturbance.throttledPeriods.flatMap { $0 > 0 ? Double($0) : nil }
    case .strayedThreads:
      guard let performance else { return nil }
      return performance.observedCPUs == result.cell.placement.pus.map { [$0] } ? nil : 1
    case .unsettledWarmUp:
      return performance.flatMap { $0.warmUp.settled ? nil : $0.warmUp.seconds }
    case .allocations:
      return performance?.allocations.flatMap { $0 > 0 ? Double($0) : nil }
    case .excessMemory:
      let memory = CellSummary.Memory(of: round)
      return memory.isWithinLimit ? nil : memory.excess
    case .differingOutputs:
      guard let first = result.rounds.first else { return nil }
      let isSame = round.observation.output.isClose(to: first.observation.output) && round.fidelity == first.fidelity
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
