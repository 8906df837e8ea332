import CLinux
import Topology

/// Kernel counters at one moment; the difference of two says what disturbed the window between them.
public struct HostSnapshot: Codable, Hashable, Sendable {
  /// CLOCK_MONOTONIC_RAW in nanoseconds.
  public var nanoseconds: Int64
  /// Ticks of all CPUs together, or nil where /proc/stat does not tell.
  public var ticks: CPUTicks?
  /// Ticks of each online CPU, by the system's number.
  public var cpuTicks: [Int: CPUTicks]
  /// Times that the quota of the process's cgroup or of an ancestor stopped it.
  public var throttledPeriods: Int?
  /// Microseconds in which some runnable task of the machine waited for a CPU, from pressure-stall information.
  public var cpuPressureMicroseconds: Int?
  /// Involuntary context switches of this process.
  public var involuntarySwitches: Int
  /// Page faults of this process that needed no disk.
  public var minorFaults: Int
  /// Mean clock of the online CPUs in MHz, or nil where the kernel does not tell.
  public var megahertz: Double?

  /// Makes a snapshot from its parts.
  public init(
    nanoseconds: Int64, ticks: CPUTicks?, cpuTicks: [Int: CPUTicks], throttledPeriods: Int?,
    cpuPressureMicroseconds: Int?, involuntarySwitches: Int, minorFaults: Int, megahertz: Double?
  ) {
    self.nanoseconds = nanoseconds
    self.ticks = ticks
    self.cpuTicks = cpuTicks
    self.throttledPeriods = throttledPeriods
    self.cpuPressureMicroseconds = cpuPressureMicroseconds
    self.involuntarySwitches = involuntarySwitches
    self.minorFaults = minorFaults
    self.megahertz = megahertz
  }

  /// How one CPU or several spent their time, in clock ticks (a hundredth of a second on most systems).
  public struct CPUTicks: Codable, Hashable, Sendable {
    /// Ticks in all, whatever the CPU did.
    public var total: Int
    /// Ticks that the hypervisor gave to somebody else.
    public var steal: Int

    /// Makes counts.
    public init(total: Int, steal: Int) {
      self.total = total
      self.steal = steal
    }
  }

  /// Reads the counters from /proc and /sys below `root`. What is missing or malformed there is nil.
  ///
  /// Takes about a millisecond and allocates: read before and after a measured window, not in it.
  public static func read(root: String = "/") -> HostSnapshot {
    let files = SystemFiles(root: root)
    let ticks = ticks(files)
    let cgroup = Cgroup(files: files)
    let throttled = (cgroup.unified + cgroup.cpu).compactMap { files.value("nr_throttled", in: $0 + "/cpu.stat") }
    return HostSnapshot(
      nanoseconds: clinux_clock_ns(), ticks: ticks.all, cpuTicks: ticks.each,
      throttledPeriods: throttled.isEmpty ? nil : sum(throttled), cpuPressureMicroseconds: pressure(files),
      involuntarySwitches: Int(max(0, clinux_involuntary_switches())), minorFaults: Int(max(0, clinux_minor_faults())),
      megahertz: meanMegahertz(files))
  }

  /// The lines `cpu` (all together) and `cpuN` of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
  /// Guest time, which follows, is already in user time. Source: proc(5).
  private static func ticks(_ files: SystemFiles) -> (all: CPUTicks?, each: [Int: CPUTicks]) {
    var all: CPUTicks?
    var each: [Int: CPUTicks] = [:]
    // These lines come first; the long line of interrupts behind them is not looked at.
    for line in files.text("/proc/stat")?.split(whereSeparator: \.isNewline).prefix(while: { $0.hasPrefix("cpu") })
      ?? []
    {
      let words = line.split(separator: " ")
      let values = words.dropFirst().prefix(8).compactMap { Int($0) }
      guard let name = words.first, values.count == 8, values.allSatisfy({ $0 >= 0 }), let total = sum(values) else {
        continue
      }
      let ticks = CPUTicks(total: total, steal: values[7])
      if name == "cpu" { all = ticks } else if let cpu = Int(name.dropFirst(3)) { each[cpu] = ticks }
    }
    return (all, each)
  }

  /// `some avg10=0.00 avg60=0.00 avg300=0.00 total=12345`, in microseconds.
  private static func pressure(_ files: SystemFiles) -> Int? {
    guard let words = files.line("/proc/pressure/cpu")?.split(separator: " "), words.first == "some",
      let total = words.first(where: { $0.hasPrefix("total=") })
    else { return nil }
    return Int(total.dropFirst("total=".count))
  }

  private static func meanMegahertz(_ files: SystemFiles) -> Double? {
    let online = files.list("/sys/devices/system/cpu/online") ?? []
    var clocks = online.compactMap { cpu in
      files.integer("/sys/devices/system/cpu/cpu\(cpu)/cpufreq/scaling_cur_freq").map { Double($0) / 1000 }
    }
    if clocks.isEmpty {
      let cpu = CPUInfo(files: files)
      // Inside a virtual machine the field holds the nominal clock, whatever the CPU really does.
      if !cpu.flags.contains("hypervisor") { clocks = cpu.megahertz }
    }
    return clocks.isEmpty ? nil : clocks.reduce(0, +) / Double(clocks.count)
  }

  /// The sum, or nil where it does not fit.
  private static func sum(_ values: [Int]) -> Int? {
    var total = 0
    for value in values {
      let (next, overflow) = total.addingReportingOverflow(value)
      if overflow { return nil }
      total = next
    }
    return total
  }
}
