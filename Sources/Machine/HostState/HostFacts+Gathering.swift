import CLinux
import Glibc
import Topology

extension HostFacts {
  /// Processes that use less than this share of a CPU are noise.
  static let leastBusy = 0.05
  /// At most so many busy processes are named.
  static let mostBusyProcesses = 5

  /// Gathers the facts from /proc and /sys below `root`; takes as long as `wait`, which separates two readings of the
  /// counters (half a second by default).
  ///
  /// What the caller alone can know, the BLAS library's choice and the meters, is passed in.
  public static func gather(
    root: String = "/", topology: Topology, blas: BLAS?, meters: [Meter], wait: () -> Void = { usleep(500_000) }
  ) -> HostFacts {
    let files = SystemFiles(root: root)
    let start = HostSnapshot.read(root: root)
    let startTimes = processTimes(files)
    wait()
    let endTimes = processTimes(files)
    let end = HostSnapshot.read(root: root)
    let swapTotal = files.kilobytes("SwapTotal", in: "/proc/meminfo")
    let swapFree = files.kilobytes("SwapFree", in: "/proc/meminfo")
    return HostFacts(
      fingerprint: MachineFingerprint.read(root: root, topology: topology), topology: topology,
      loadAverage: files.line("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) }
        .flatMap { $0.isFinite ? $0 : nil },
      stealShare: HostDisturbance(from: start, to: end).stealShare,
      busyProcesses: busyProcesses(startTimes, endTimes, seconds: Double(end.nanoseconds - start.nanoseconds) / 1e9),
      boost: boost(files),
      numaBalancing: files.integer("/proc/sys/kernel/numa_balancing").map { $0 != 0 },
      swapUsedBytes: swapTotal.flatMap { total in swapFree.map { total - min(total, $0) } },
      memoryAvailableBytes: files.kilobytes("MemAvailable", in: "/proc/meminfo"),
      frequencyVisible: end.megahertz != nil, blas: blas, meters: meters)
  }

  private static func boost(_ files: SystemFiles) -> Bool? {
    if let noTurbo = files.integer("/sys/devices/system/cpu/intel_pstate/no_turbo") { return noTurbo == 0 }
    return files.integer("/sys/devices/system/cpu/cpufreq/boost").map { $0 != 0 }
  }

  /// User plus system ticks by process, without this one.
  private static func processTimes(_ files: SystemFiles) -> [Int: (name: String, ticks: Int)] {
    var times: [Int: (name: String, ticks: Int)] = [:]
    for id in files.names(in: "/proc").compactMap({ Int($0) }) where id != Int(getpid()) {
      // `id (name) state ...`: the name may hold blanks and parentheses. utime and stime are fields 14 and 15.
      guard let text = files.text("/proc/\(id)/stat"), let open = text.firstIndex(of: "("),
        let close = text.lastIndex(of: ")"), open < close
      else { continue }
      let fields = text[text.index(after: close)...].split(separator: " ")
      guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { continue }
      let (ticks, overflow) = user.addingReportingOverflow(system)
      if !overflow { times[id] = (String(text[text.index(after: open)..<close]), ticks) }
    }
    return times
  }

  private static func busyProcesses(
    _ start: [Int: (name: String, ticks: Int)], _ end: [Int: (name: String, ticks: Int)], seconds: Double
  ) -> [BusyProcess] {
    let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    guard seconds > 0 else { return [] }
    let busy = end.compactMap { id, now -> BusyProcess? in
      guard let before = start[id] else { return nil }
      let cpus = (Double(now.ticks) - Double(before.ticks)) / ticksPerSecond / seconds
      return cpus >= leastBusy ? BusyProcess(id: id, name: now.name, cpus: cpus) : nil
    }
    return Array(busy.sorted { ($0.cpus, $1.id) > ($1.cpus, $0.id) }.prefix(mostBusyProcesses))
  }
}
