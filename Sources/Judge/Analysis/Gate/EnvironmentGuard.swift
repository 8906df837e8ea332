import HostState
import NumericFormats
import Records

/// What makes a round of a trial worthless: something that slowed down one arm and not the others, and was none of theirs.
///
/// All of it is seen in counters of the system, never in what is compared: a round is not discarded for its result.
public enum EnvironmentGuard {
  /// The share of a window in which some runnable task may have waited for a CPU.
  public static let tolerablePressure = 0.1
  /// What the clock may differ by between the arms of a round.
  public static let tolerableClock = 0.05
  /// What a loop that only computes may differ by between the arms of a round.
  public static let tolerableCanary = 0.1

  /// Why a round is not to count, each a kind and a clause.
  ///
  /// - Parameters:
  ///   - records: what the arms measured.
  ///   - canaries: what loops that never change found before each arm.
  public static func disturbances(
    in records: [TrialArm: Record], canaries: [TrialRound.Canary]?
  ) -> [String] {
    var reasons: [String] = []
    for arm in TrialArm.allCases {
      for result in records[arm]?.cells ?? [] {
        reasons += all(in: result).map { "\($0) (\(arm.rawValue), \(result.id))" }
      }
    }
    reasons += clocks(records)
    if let rates = canaries?.map(\.multiplyAdds), let least = rates.min(), let most = rates.max(),
      most > least * (1 + tolerableCanary)
    {
      reasons.append(
        "canary: a loop that never changes ran \(percent(most / least - 1)) slower before one arm than before another")
    }
    return reasons
  }

  private static func all(in result: Record.CellResult) -> [String] {
    let found = Disturbance.all(in: result, latency: nil)
    var reasons = found.compactMap { disturbance -> String? in
      let worst = disturbance.worst ?? 0
      return switch disturbance.kind {
      case .steal: "steal: the hypervisor took \(percent(worst)) of the CPU time"
      case .preemption: "preempted: \(Int(worst.rounded())) involuntary switches a second and thread"
      case .throttling: "throttled: the cgroup's quota stopped the process \(Int(worst)) times"
      case .strayedThreads: "strayed: a thread ran on another CPU than its own"
      case .unboundThreads: "unbound: threads outside the placement took \(percent(worst)) of the window"
      case .misplacedMemory: "memory: \(percent(worst)) of it lay on other nodes than asked for"
      case .otherPages: "pages: memory lay in other pages than asked for"
      default: nil
      }
    }
    let pressure = result.rounds.flatMap(\.performances).compactMap { performance -> Double? in
      guard performance.duration > 0 else { return nil }
      return performance.disturbance.cpuPressureMicroseconds.map { Double($0) * 1e3 / Double(performance.duration) }
    }.max()
    if let pressure, pressure > tolerablePressure {
      reasons.append("pressure: tasks waited for a CPU in \(percent(min(1, pressure))) of the window")
    }
    return reasons
  }

  /// Cells whose clocks differ between arms.
  private static func clocks(_ records: [TrialArm: Record]) -> [String] {
    let ids = records[.base]?.cells.map(\.id) ?? []
    return ids.compactMap { id in
      let clocks = records.values.compactMap { record in
        record.cells.first { $0.id == id }?.rounds.first?.performance?.disturbance.megahertz
      }
      guard clocks.count == records.count, let least = clocks.min(), let most = clocks.max(), least > 0,
        most > least * (1 + tolerableClock)
      else { return nil }
      return "clock: the clock differed by \(percent(most / least - 1)) between arms (\(id))"
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
