extension HostDisturbance {
  /// What happened between two snapshots. A counter that is unknown at either end, or ran backwards, is nil (for this
  /// process's own counters, which always exist, 0).
  public init(from start: HostSnapshot, to end: HostSnapshot) {
    var stealShare: Double?
    if let total = Self.difference(start.totalTicks, end.totalTicks), total > 0,
      let steal = Self.difference(start.stealTicks, end.stealTicks)
    {
      stealShare = min(1, Double(steal) / Double(total))
    }
    self.init(
      stealShare: stealShare, throttledPeriods: Self.difference(start.throttledPeriods, end.throttledPeriods),
      cpuPressureMicroseconds: Self.difference(start.cpuPressureMicroseconds, end.cpuPressureMicroseconds),
      involuntarySwitches: Self.difference(start.involuntarySwitches, end.involuntarySwitches) ?? 0,
      minorFaults: Self.difference(start.minorFaults, end.minorFaults) ?? 0, megahertz: end.megahertz)
  }

  private static func difference(_ start: Int?, _ end: Int?) -> Int? {
    guard let start, let end else { return nil }
    let (difference, overflow) = end.subtractingReportingOverflow(start)
    return overflow || difference < 0 ? nil : difference
  }
}
