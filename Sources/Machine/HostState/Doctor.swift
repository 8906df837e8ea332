import Topology

/// Judges what on this machine would distort numbers, and says what to do about each.
///
/// A pure function of the facts: the same facts give the same findings, in a fixed order.
public enum Doctor {
  /// More CPU time than this taken by other processes is a warning.
  static let loadLimit = 0.25
  /// Less memory than this leaves no room for the largest workload (bert-large: 1.3 GB of weights, plus activations).
  static let memoryLimit: UInt64 = 3 << 30

  /// Everything worth saying about the machine, also what is as it should be.
  public static func findings(_ facts: HostFacts) -> [Finding] {
    [
      governor(facts), boost(facts), smt(facts), cores(facts), quota(facts), virtualisation(facts), steal(facts),
      load(facts), blas(facts), energy(facts), hugePages(facts), numaBalancing(facts), swap(facts), memory(facts),
    ].compactMap { $0 }
  }

  private static func governor(_ facts: HostFacts) -> Finding? {
    guard let governor = facts.fingerprint.governor else {
      // A virtual machine has none by nature; `virtualisation` says what that means.
      guard facts.fingerprint.hypervisor == nil else { return nil }
      return Finding(
        .note, .governor, seen: "The system shows no frequency governor.",
        effect: "Whether the clock is steady cannot be told.",
        action: "Load the cpufreq driver of this CPU, or fix the frequency in the firmware.")
    }
    if governor == "performance" { return Finding(.ok, .governor, seen: "The frequency governor is performance.") }
    return Finding(
      .warning, .governor, seen: "The frequency governor is \(governor).",
      effect: "The clock follows the load, so short runs are slower than long ones and repeat badly.",
      action: "Run `sudo cpupower frequency-set -g performance`.")
  }

  private static func boost(_ facts: HostFacts) -> Finding? {
    guard let boost = facts.boost else { return nil }
    if !boost { return Finding(.ok, .boost, seen: "Clock boost is off.") }
    return Finding(
      .note, .boost, seen: "Clock boost is on.",
      effect: "The clock depends on temperature and on how many cores are busy, so scaling looks worse than it is.",
      action: "To study scaling, switch it off: `echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost`, or 1 into "
        + "/sys/devices/system/cpu/intel_pstate/no_turbo.")
  }

  private static func smt(_ facts: HostFacts) -> Finding? {
    guard facts.fingerprint.smtActive else {
      return Finding(.ok, .smt, seen: "Every core has one hardware thread.")
    }
    let pus = facts.topology.allowedPUs.count
    return Finding(
      .note, .smt,
      seen: "Cores have several hardware threads (\(pus) on \(counted(facts.topology.cores.count, "core"))).",
      effect:
        "Two threads on one core share its arithmetic units, and a neighbour on a sibling slows a measured thread.",
      action: "Use at most one thread per core, as the default thread counts do, and keep other work off the siblings.")
  }

  private static func cores(_ facts: HostFacts) -> Finding? {
    let allowed = facts.topology.cores.count
    let objects = facts.topology.root.flattened
    let listed = objects.count { $0.type == "Core" }
    let all = max(listed == 0 ? objects.count { $0.type == "PU" } : listed, allowed)
    if allowed < all {
      return Finding(
        .warning, .cores, seen: "This process may use \(allowed) of \(all) cores.",
        effect: "Results describe that part, and whoever uses the other cores shares caches and memory with it.",
        action: "Widen the cpuset or the affinity mask (`taskset`), or compare only with runs on as many cores.")
    }
    if allowed == 1 {
      return Finding(
        .note, .cores, seen: "There is a single core.",
        effect: "Everything else on the machine interrupts the measurement.", action: "Use a machine with more cores.")
    }
    return Finding(.ok, .cores, seen: "All \(all) cores may be used.")
  }

  private static func quota(_ facts: HostFacts) -> Finding? {
    guard let quota = facts.topology.quota else { return Finding(.ok, .quota, seen: "No quota limits CPU time.") }
    let cpus = decimal(quota.cpus)
    if quota.cpus >= Double(facts.topology.allowedPUs.count) {
      return Finding(.ok, .quota, seen: "The CPU quota of \(cpus) CPUs is no less than the CPUs allowed.")
    }
    return Finding(
      .warning, .quota,
      seen: "\(quota.source) limits CPU time to \(cpus) of \(facts.topology.allowedPUs.count) CPUs.",
      effect: "With more busy threads than that the kernel stops all of them for part of every period.",
      action: "Raise the limit, or use at most \(max(1, wholePart(quota.cpus))) threads.")
  }

  private static func virtualisation(_ facts: HostFacts) -> Finding? {
    guard let hypervisor = facts.fingerprint.hypervisor else {
      return Finding(.ok, .virtualisation, seen: "The system runs on bare metal, as far as it can tell.")
    }
    let clock = facts.frequencyVisible ? "" : " The clock frequency cannot be seen here."
    return Finding(
      .note, .virtualisation, seen: "This is a virtual machine (\(hypervisor)).\(clock)",
      effect: "Its CPUs may share cores with other machines, and a slow clock looks like a slow program.",
      action: "Interleave what you compare within one run, and prefer bare metal for figures to publish.")
  }

  private static func steal(_ facts: HostFacts) -> Finding? {
    guard let share = facts.stealShare else {
      guard facts.fingerprint.hypervisor != nil else { return nil }
      return Finding(
        .note, .steal, seen: "The kernel does not tell how much CPU time the hypervisor takes.",
        effect: "Slow rounds cannot be traced to it.", action: "Repeat runs, and look at their spread.")
    }
    let percent = decimal(share * 100) + " %"
    if share > HostDisturbance.tolerableSteal {
      return Finding(
        .warning, .steal, seen: "The hypervisor just took \(percent) of the CPU time.",
        effect: "Other machines on this host slow this one down, at times of their own choosing.",
        action: "Wait for a quieter hour, or use a dedicated host.")
    }
    return Finding(.ok, .steal, seen: "The hypervisor took \(percent) of the CPU time just now.")
  }

  private static func load(_ facts: HostFacts) -> Finding? {
    let used = facts.busyProcesses.reduce(0) { $0 + $1.cpus }
    if used > loadLimit {
      let names = facts.busyProcesses.map { "\($0.name) (process \($0.id), \(decimal($0.cpus)) CPUs)" }
      return Finding(
        .warning, .load, seen: "Other processes use \(decimal(used)) CPUs: \(names.joined(separator: ", ")).",
        effect: "They take time, cache and memory bandwidth from what is measured.", action: "Stop them, or wait.")
    }
    if let average = facts.loadAverage, average > 0.5 {
      return Finding(
        .note, .load, seen: "The load average over the last minute was \(decimal(average)).",
        effect: "Something was running until just now, and may come back.",
        action: "Find out what, or wait a minute and look again.")
    }
    return Finding(.ok, .load, seen: "No other process uses the CPUs to speak of.")
  }

  private static func blas(_ facts: HostFacts) -> Finding? {
    guard let blas = facts.blas else {
      return Finding(
        .note, .blas, seen: "The BLAS library could not be asked which kernels it picks.",
        effect: "Whether it uses the widest vectors of this CPU cannot be told.",
        action: "Check that OpenBLAS is installed and loads, or compare engines with `assay explain`.")
    }
    let effect = "Programs that leave it at that may lose up to half of the machine's speed."
    if let environment = blas.environment {
      let seen = "OPENBLAS_CORETYPE=\(environment.core) is set in this environment, so OpenBLAS runs those kernels"
      guard let best = blas.best, environment.isNarrower(than: best) else {
        return Finding(.ok, .blas, seen: seen + ".")
      }
      return Finding(
        .warning, .blas, seen: "\(seen), \(environment.text), where this CPU can run \(best.text).", effect: effect,
        action: "Unset it, or set OPENBLAS_CORETYPE=\(best.core); `--blas-core auto` sets it aside for measurements.")
    }
    guard let best = blas.best, blas.library.isNarrower(than: best) else {
      return Finding(.ok, .blas, seen: "OpenBLAS picks its \(blas.library.text) kernels.")
    }
    return Finding(
      .warning, .blas,
      seen: "OpenBLAS, left alone, picks its \(blas.library.text) kernels, though this CPU can run \(best.text).",
      effect: effect,
      action: "Set OPENBLAS_CORETYPE=\(best.core) before programs start; `--blas-core auto` does it for measurements.")
  }

  private static func energy(_ facts: HostFacts) -> Finding? {
    let available = facts.meters.filter(\.isAvailable)
    if let first = available.first {
      let names = available.map(\.name).joined(separator: ", ")
      return Finding(.ok, .energy, seen: "Energy is measured by \(names). \(first.reason)")
    }
    guard !facts.meters.isEmpty else { return nil }
    return Finding(
      .warning, .energy, seen: "No energy meter can be read.", effect: "Energy will be reported as unavailable.",
      action: facts.meters.map { "\($0.name): \($0.reason)" }.joined(separator: " "))
  }

  private static func hugePages(_ facts: HostFacts) -> Finding? {
    guard let mode = facts.fingerprint.transparentHugePages else { return nil }
    switch mode {
    case "always":
      return Finding(
        .note, .hugePages, seen: "Transparent huge pages are always on.",
        effect: "Whether a buffer gets them depends on how fragmented memory is, so rounds may differ.",
        action: "For steadier runs: `echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled`.")
    case "never":
      return Finding(
        .note, .hugePages, seen: "Transparent huge pages are off.",
        effect: "Large weight matrices cost more address translations than on most servers.",
        action: "To compare with such servers: `echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled`.")
    default: return Finding(.ok, .hugePages, seen: "Transparent huge pages are given on request (\(mode)).")
    }
  }

  private static func numaBalancing(_ facts: HostFacts) -> Finding? {
    guard let balancing = facts.numaBalancing else { return nil }
    guard balancing, facts.fingerprint.numaNodes > 1 else {
      return Finding(.ok, .numaBalancing, seen: "The kernel moves no pages between NUMA nodes.")
    }
    return Finding(
      .warning, .numaBalancing,
      seen: "Automatic NUMA balancing is on, with \(facts.fingerprint.numaNodes) nodes.",
      effect: "The kernel unmaps and moves pages during a run, which shows as rare slow queries.",
      action: "Run `echo 0 | sudo tee /proc/sys/kernel/numa_balancing`.")
  }

  private static func swap(_ facts: HostFacts) -> Finding? {
    guard let used = facts.swapUsedBytes else { return nil }
    // A few pages that nobody has touched since boot do no harm.
    if used <= facts.fingerprint.memoryBytes / 100 { return Finding(.ok, .swap, seen: "Swap is as good as unused.") }
    return Finding(
      .warning, .swap, seen: "\(gibibytes(used)) of swap are in use.",
      effect: "A page that comes back from disk costs a thousand times a cache miss.",
      action: "Free memory, then run `sudo swapoff -a`.")
  }

  private static func memory(_ facts: HostFacts) -> Finding? {
    guard let available = facts.memoryAvailableBytes else { return nil }
    if available >= memoryLimit { return Finding(.ok, .memory, seen: "\(gibibytes(available)) of memory are free.") }
    return Finding(
      .warning, .memory, seen: "Only \(gibibytes(available)) of memory are free.",
      effect: "The largest workloads may be killed or swap.",
      action: "Free memory, or leave bert-large out of the run.")
  }
}
