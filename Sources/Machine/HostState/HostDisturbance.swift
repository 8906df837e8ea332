/// What disturbed a measurement window: differences of kernel counters between its ends. nil where the kernel does not
/// tell.
public struct HostDisturbance: Codable, Hashable, Sendable {
  /// Share of CPU time above which steal counts as a disturbance: a round that lost more differs by as much from one
  /// that lost nothing, which is the size of the differences that people compare.
  public static let tolerableSteal = 0.01

  /// Share of the time of the CPUs looked at (a cell's own, or all) that the hypervisor took, 0 to 1.
  public var stealShare: Double?
  /// Times the cgroup's quota stopped the process group.
  public var throttledPeriods: Int?
  /// Microseconds in which some runnable task of the machine waited for a CPU.
  public var cpuPressureMicroseconds: Int?
  /// Involuntary context switches of this process.
  public var involuntarySwitches: Int
  /// Page faults of this process that needed no disk.
  public var minorFaults: Int
  /// Mean CPU frequency in MHz at the window's end, where the kernel tells.
  public var megahertz: Double?

  /// Makes a set of differences.
  public init(
    stealShare: Double?, throttledPeriods: Int?, cpuPressureMicroseconds: Int?, involuntarySwitches: Int,
    minorFaults: Int, megahertz: Double?
  ) {
    self.stealShare = stealShare
    self.throttledPeriods = throttledPeriods
    self.cpuPressureMicroseconds = cpuPressureMicroseconds
    self.involuntarySwitches = involuntarySwitches
    self.minorFaults = minorFaults
    self.megahertz = megahertz
  }
}
