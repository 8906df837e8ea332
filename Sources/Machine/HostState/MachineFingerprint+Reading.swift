import Topology

extension MachineFingerprint {
  /// Extensions that matter to inference, oldest first, as /proc/cpuinfo names them (x86, then Arm).
  static let knownISA = [
    "sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512vbmi",
    "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "amx_fp16",
    "asimd", "asimdhp", "asimddp", "sve", "sve2", "i8mm", "bf16",
  ]

  /// Reads what identifies the machine from /proc, /sys and /etc below `root`. What the system does not tell is nil, 0
  /// or `unknown`.
  public static func read(root: String = "/", topology: Topology) -> MachineFingerprint {
    let files = SystemFiles(root: root)
    let cpu = CPUInfo(files: files)
    let objects = topology.root.flattened
    return MachineFingerprint(
      cpuModel: cpu["model name"] ?? cpu["CPU part"].map { "CPU part \($0)" } ?? "unknown",
      cpuSignature: cpu.signature ?? "unknown", microcode: cpu["microcode"],
      isa: knownISA.filter(cpu.flags.contains), cores: topology.cores.count, allowedPUs: topology.allowedPUs,
      smtActive: files.integer("/sys/devices/system/cpu/smt/active").map { $0 == 1 }
        ?? objects.contains { core in core.type == "Core" && core.flattened.count { $0.type == "PU" } > 1 },
      numaNodes: objects.count { $0.type == "NUMANode" },
      memoryBytes: files.kilobytes("MemTotal", in: "/proc/meminfo") ?? 0,
      lastLevelCacheBytes: objects.filter { $0.type.hasSuffix("Cache") && $0.type.first == "L" }.compactMap(\.bytes)
        .max(),
      quotaCPUs: topology.quota?.cpus, governor: governor(of: topology.allowedPUs, files),
      transparentHugePages: files.chosen("/sys/kernel/mm/transparent_hugepage/enabled"),
      hypervisor: hypervisor(cpu, files), kernel: files.line("/proc/sys/kernel/osrelease") ?? "unknown",
      operatingSystem: operatingSystem(files) ?? "unknown")
  }

  /// The governor of the allowed CPUs; all of them, where they differ.
  private static func governor(of cpus: [Int], _ files: SystemFiles) -> String? {
    let governors = Set(
      cpus.compactMap { files.line("/sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_governor") })
    return governors.isEmpty ? nil : governors.sorted().joined(separator: ", ")
  }

  /// The hypervisor by the best name that the system gives it.
  private static func hypervisor(_ cpu: CPUInfo, _ files: SystemFiles) -> String? {
    if let type = files.line("/sys/hypervisor/type") { return type }
    let vendor = files.line("/sys/class/dmi/id/sys_vendor")
    let virtualVendors = ["QEMU", "VMware", "Xen", "innotek", "Parallels", "Bochs"]
    // Arm has no flag for it: there only the vendor tells.
    guard cpu.flags.contains("hypervisor") || virtualVendors.contains(where: { vendor?.hasPrefix($0) == true }) else {
      return nil
    }
    let clocks = files.line("/sys/devices/system/clocksource/clocksource0/available_clocksource") ?? ""
    let byClock = clocks.contains("kvm-clock") ? "KVM" : clocks.contains("hyperv") ? "Hyper-V" : nil
    let name = [byClock, vendor].compactMap { $0 }.joined(separator: " / ")
    return name.isEmpty ? "unknown hypervisor" : name
  }

  /// The distribution's name from os-release(5).
  private static func operatingSystem(_ files: SystemFiles) -> String? {
    let lines = (files.text("/etc/os-release") ?? files.text("/usr/lib/os-release") ?? "")
      .split(whereSeparator: \.isNewline)
    for key in ["PRETTY_NAME=", "NAME="] {
      guard let line = lines.first(where: { $0.hasPrefix(key) }) else { continue }
      let value = line.dropFirst(key.count).filter { $0 != "\"" && $0 != "'" }
      if !value.isEmpty { return value }
    }
    return nil
  }
}

extension TopologyObject {
  /// This object and everything below it.
  var flattened: [TopologyObject] { [self] + children.flatMap(\.flattened) }
}

extension SystemFiles {
  /// A value in kB of a file like /proc/meminfo, in bytes.
  func kilobytes(_ key: String, in path: String) -> UInt64? {
    guard let value = value(key, in: path), value >= 0 else { return nil }
    let (bytes, overflow) = UInt64(value).multipliedReportingOverflow(by: 1024)
    return overflow ? nil : bytes
  }

  /// The word in brackets of a file that lists choices, like `always [madvise] never`.
  func chosen(_ path: String) -> String? {
    guard let word = line(path)?.split(separator: " ").first(where: { $0.hasPrefix("[") && $0.hasSuffix("]") }) else {
      return nil
    }
    return String(word.dropFirst().dropLast())
  }
}
