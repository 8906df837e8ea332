import HostState
import Store

extension StoredMachine {
  /// What a history tells machines apart by: the hardware and how much of it the process may use.
  ///
  /// Software, which is replaced more often than machines, is not part of it: what a new kernel changes is to be seen in a
  /// trend and not to begin another one. ``SettingFacts`` tells it.
  public init(_ machine: MachineFingerprint) {
    let gibibyte = UInt64(1) << 30
    // What the kernel keeps for itself differs from version to version.
    let memory = machine.memoryBytes / gibibyte + (machine.memoryBytes % gibibyte >= gibibyte / 2 ? 1 : 0)
    let parts = [
      machine.cpuModel, machine.cpuSignature, machine.isa.joined(separator: " "), "\(machine.cores)",
      "\(machine.allowedPUs.count)", "\(machine.smtActive)", "\(machine.numaNodes)", "\(memory)",
      machine.lastLevelCacheBytes.map { "\($0)" } ?? "", machine.quotaCPUs.map { "\($0)" } ?? "",
      machine.hypervisor ?? "",
    ]
    let digits = String(Self.hash(parts.joined(separator: "\u{1F}")), radix: 16)
    var facts = [machine.cpuModel, "\(machine.cores) \(machine.cores == 1 ? "core" : "cores")"]
    facts.append("\(machine.allowedPUs.count) \(machine.allowedPUs.count == 1 ? "PU" : "PUs")")
    facts.append("\(memory) GiB")
    if let quota = machine.quotaCPUs { facts.append("quota \(quota) CPUs") }
    facts.append(machine.hypervisor ?? "bare metal")
    self.init(
      key: String(repeating: "0", count: 16 - digits.count) + digits, facts: facts.joined(separator: ", "))
  }

  /// FNV-1a of 64 bits (RFC 9923): no secret, only short.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
