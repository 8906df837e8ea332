import HostState
import Records

/// The few lines that say what machine and build figures come from.
struct MachineLines {
  /// Name and value of each line.
  let facts: [(name: String, value: String)]

  init(record: Record, blas: [Round.BLASState]) {
    let machine = record.machine
    var cpu = [machine.cpuModel, Figure.counted(machine.cores, "core")]
    cpu.append("\(Figure.counted(machine.allowedPUs.count, "PU")) allowed, SMT \(machine.smtActive ? "on" : "off")")
    if let bytes = machine.lastLevelCacheBytes { cpu.append("last-level cache \(Figure.binary(bytes))") }
    if let quota = machine.quotaCPUs { cpu.append("quota \(Figure.plain(quota)) CPUs") }
    var system = [machine.operatingSystem, "kernel \(machine.kernel)", machine.hypervisor ?? "bare metal"]
    if let governor = machine.governor { system.append("governor \(governor)") }
    if let pages = machine.transparentHugePages { system.append("huge pages \(pages)") }
    let memory = [Figure.binary(machine.memoryBytes), Figure.counted(machine.numaNodes, "NUMA node")]
    // What the CPU has is not what ran where the run was told to leave something out.
    let cap = record.spec.maxISA.map { " · Assay's kernels capped at \($0)" } ?? ""
    var lines = [
      ("CPU", cpu.joined(separator: " · ")), ("ISA", machine.isa.joined(separator: " ") + cap),
      ("Memory", memory.joined(separator: " · ")), ("System", system.joined(separator: " · ")),
    ]
    for state in blas {
      var wish = state.requestedCore.map { "\($0) asked for" } ?? "the library's own choice"
      if let own = record.blas?.libraryCore, state.requestedCore != nil {
        wish += "; by itself the library takes \(own)"
      }
      if let environment = record.blas?.environmentCore {
        wish += "; OPENBLAS_CORETYPE=\(environment) of the environment was set aside"
      }
      let threads = Figure.counted(state.threadsPerCall, "thread")
      lines.append(("BLAS", "\(state.configuration) · core \(state.core) (\(wish)) · \(threads) a call"))
    }
    let libraries = record.tool.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    lines.append(("Build", ([record.tool.configuration, record.tool.compiler] + libraries).joined(separator: " · ")))
    facts = lines
  }
}
