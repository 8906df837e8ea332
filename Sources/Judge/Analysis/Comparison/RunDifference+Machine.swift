import HostState

extension RunDifference {
  /// In what two machines differ, the weightiest first.
  ///
  /// Another CPU, other instruction sets, another number of cores, another CPU quota and bare metal against a virtual machine
  /// make two runs unlike. What else the fingerprint holds changes speed by less and is named.
  static func all(_ base: MachineFingerprint, _ candidate: MachineFingerprint) -> [RunDifference] {
    let unknown: (String?) -> String = { $0 ?? "unknown" }
    return [
      RunDifference(
        "CPU model", base.cpuModel, candidate.cpuModel, .unlike,
        "Another CPU has another speed and other joules, whatever the program does."),
      isa(base.isa, candidate.isa),
      RunDifference(
        "cores", base.cores, candidate.cores, .unlike,
        "Cells of as many threads share cores, caches and power otherwise."),
      RunDifference(
        "CPU quota", base.quotaCPUs, candidate.quotaCPUs, .unlike, "A quota stops threads in the middle of a window."
      ) { $0.map { "\($0) CPUs" } ?? "none" },
      hypervisor(base.hypervisor, candidate.hypervisor),
      RunDifference(
        "CPU signature", base.cpuSignature, candidate.cpuSignature, .doubtful,
        "Steppings of one model have their own clocks and faults."),
      RunDifference(
        "microcode", base.microcode, candidate.microcode, .doubtful,
        "Microcode brings mitigations that cost speed, by several percent at times.", text: unknown),
      RunDifference(
        "allowed PUs", base.allowedPUs, candidate.allowedPUs, .doubtful,
        "Threads share cores, caches and memory nodes otherwise."
      ) { list($0) },
      RunDifference(
        "SMT", base.smtActive, candidate.smtActive, .doubtful, "Threads that share a core slow each other down."
      ) { $0 ? "on" : "off" },
      RunDifference(
        "NUMA nodes", base.numaNodes, candidate.numaNodes, .doubtful, "Memory lies nearer or further away."),
      memory(base.memoryBytes, candidate.memoryBytes),
      RunDifference(
        "last-level cache", base.lastLevelCacheBytes, candidate.lastLevelCacheBytes, .doubtful,
        "What fits into the cache decides how often memory is waited for."
      ) { $0.map { "\($0) bytes" } ?? "unknown" },
      RunDifference(
        "governor", base.governor, candidate.governor, .doubtful,
        "The governor decides about clocks: powersave may halve the speed."
      ) { $0 ?? "none" },
      RunDifference(
        "transparent huge pages", base.transparentHugePages, candidate.transparentHugePages, .doubtful,
        "Large weights in huge pages save page-table walks.", text: unknown),
      RunDifference(
        "kernel", base.kernel, candidate.kernel, .doubtful, "Kernels schedule, page and mitigate otherwise."),
      RunDifference(
        "operating system", base.operatingSystem, candidate.operatingSystem, .doubtful,
        "Its C library has kernels of its own for copying and mathematics."),
    ].compactMap(\.self)
  }

  private static func isa(_ base: [String], _ candidate: [String]) -> RunDifference? {
    guard Set(base) != Set(candidate) else { return nil }
    let only = { (own: [String], other: [String]) in
      let names = own.filter { !other.contains($0) }
      return names.isEmpty ? "none beside" : names.joined(separator: " ")
    }
    return RunDifference(
      "instruction sets", only(base, candidate), only(candidate, base), .unlike,
      "Other instructions run other kernels; only what one side alone has is named.")
  }

  private static func hypervisor(_ base: String?, _ candidate: String?) -> RunDifference? {
    let isUnlike = (base == nil) != (candidate == nil)
    return RunDifference(
      "hypervisor", base, candidate, isUnlike ? .unlike : .doubtful,
      "A hypervisor takes time away and hides clocks and counters."
    ) { $0 ?? "none (bare metal)" }
  }

  /// Kernels keep a little more or less for themselves: less than a hundredth is none.
  private static func memory(_ base: UInt64, _ candidate: UInt64) -> RunDifference? {
    let (less, more) = (Double(min(base, candidate)), Double(max(base, candidate)))
    guard more - less > more / 100 else { return nil }
    return RunDifference(
      "memory", "\(base) bytes", "\(candidate) bytes", .doubtful,
      "Other modules have other channels, and so another bandwidth.")
  }

  /// A list of indices, cut where it is long.
  private static func list(_ indices: [Int]) -> String {
    let shown = indices.prefix(16).map { "\($0)" }.joined(separator: " ")
    return indices.isEmpty ? "none" : shown + (indices.count > 16 ? " ... (\(indices.count))" : "")
  }
}
