extension HostDisturbance {
  /// What happened between two snapshots. A counter that is unknown at either end, or ran backwards, is nil (for this
  /// process's own counters, which always exist, 0).
  ///
  /// - Parameter pus: The CPUs, by the system's numbers, whose steal counts; nil for all. Give those that a cell runs
  ///   on: what the hypervisor takes from one of them is lost among the idle CPUs of a large machine.
  public init(from start: HostSnapshot, to end: HostSnapshot, pus: [Int]? = nil) {
    self.init(
      stealShare: Self.stealShare(from: start, to: end, pus: pus),
      throttledPeriods: Self.difference(start.throttledPeriods, end.throttledPeriods),
      cpuPressureMicroseconds: Self.difference(start.cpuPressureMicroseconds, end.cpuPressureMicroseconds),
      involuntarySwitches: Self.difference(start.involuntarySwitches, end.involuntarySwitches) ?? 0,
      minorFaults: Self.difference(start.minorFaults, end.minorFaults) ?? 0, megahertz: end.megahertz)
  }

  /// nil where a counter of any of the CPUs is unknown, and where no time passed.
  private static func stealShare(from start: HostSnapshot, to end: HostSnapshot, pus: [Int]?) -> Double? {
    var pairs: [(start: HostSnapshot.CPUTicks?, end: HostSnapshot.CPUTicks?)] = [(start.ticks, end.ticks)]
    if let pus { pairs = Set(pus).map { (start.cpuTicks[$0], end.cpuTicks[$0]) } }
    var (total, steal) = (0.0, 0.0)
    for pair in pairs {
      guard let passed = difference(pair.start?.total, pair.end?.total),
        let stolen = difference(pair.start?.steal, pair.end?.steal)
      else { return nil }
      total += Double(passed)
      steal += Double(stolen)
    }
    return total > 0 ? min(1, steal / total) : nil
  }

  private static func difference(_ start: Int?, _ end: Int?) -> Int? {
    guard let start, let end else { return nil }
    let (difference, overflow) = end.subtractingReportingOverflow(start)
    return overflow || difference < 0 ? nil : difference
  }
}
