import Foundation
import HostState
import MachineTestSupport
import Testing
import Topology

@Suite("MachineFingerprint")
struct MachineFingerprintTests {
  @Test("Every field of a bare-metal machine")
  func bareMetal() throws {
    let system = try FakeSystem(FakeMachine.bareMetal)
    let fingerprint = MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology())
    #expect(
      fingerprint
        == MachineFingerprint(
          cpuModel: "Intel(R) Xeon(R) Platinum 8480+", cpuSignature: "6/143/8", microcode: "0x2b000590",
          isa: [
            "sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni",
            "avx512_bf16", "amx_tile", "amx_int8",
          ], cores: 4, allowedPUs: [0, 1, 2, 3], smtActive: true, numaNodes: 2, memoryBytes: 16384 * 1024,
          lastLevelCacheBytes: 33_554_432, quotaCPUs: nil, governor: "performance", transparentHugePages: "madvise",
          hypervisor: nil, kernel: "6.1.0-13-amd64", operatingSystem: "Debian GNU/Linux 12 (bookworm)"))
  }

  @Test("Nothing there: unknown, not a crash and not an invention")
  func empty() throws {
    let system = try FakeSystem()
    let fingerprint = MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology())
    #expect(fingerprint.cpuModel == "unknown")
    #expect(fingerprint.cpuSignature == "unknown")
    #expect(fingerprint.microcode == nil)
    #expect(fingerprint.isa.isEmpty)
    #expect(!fingerprint.smtActive)
    #expect(fingerprint.memoryBytes == 0)
    #expect(fingerprint.governor == nil)
    #expect(fingerprint.transparentHugePages == nil)
    #expect(fingerprint.hypervisor == nil)
    #expect(fingerprint.kernel == "unknown")
    #expect(fingerprint.operatingSystem == "unknown")
  }

  @Test(
    "Garbage in every file is survived",
    arguments: [
      "", "\n\n\n", ":", "::::\n : \n", "999999999999999999999999999999", "MemTotal: 18446744073709551615 kB",
      "MemTotal: 9223372036854775807 kB\ncpu MHz : inf\nflags :", "[", "][", "0-", "-", "5-1", "0-99999999999", "\u{0}",
      "cpu 1 2 3", "cpu  9223372036854775807 9223372036854775807 1 1 1 1 1 1", "cpu -1 -1 -1 -1 -1 -1 -1 -1",
      "some total=", "some total=x", "nan", "1 (((( 2", "1 ) ( 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    ])
  func garbage(content: String) throws {
    let paths = Array(FakeMachine.bareMetal.keys) + ["/proc/1/stat", "/sys/class/dmi/id/sys_vendor"]
    let system = try FakeSystem(Dictionary(uniqueKeysWithValues: paths.map { ($0, content) }))
    let topology = try FakeMachine.topology()
    let facts = HostFacts.gather(root: system.root, topology: topology, blas: nil, meters: [], wait: {})
    #expect(facts.fingerprint.isa.isEmpty)
    #expect(facts.fingerprint.memoryBytes == 0)
    #expect(facts.stealShare == nil)
    #expect(facts.busyProcesses.isEmpty)
    #expect(!Doctor.findings(facts).isEmpty)
    // Also encodable: JSON has no infinity.
    #expect(throws: Never.self) { try JSONEncoder().encode(facts) }
  }

  @Test("Directories in the place of files are survived")
  func directories() throws {
    let system = try FakeSystem(FakeMachine.bareMetal.mapValues { _ in nil })
    let fingerprint = MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology())
    #expect(fingerprint.cpuModel == "unknown")
    #expect(HostSnapshot.read(root: system.root).ticks == nil)
  }

  @Test(
    "The hypervisor's name",
    arguments: [
      (["/proc/cpuinfo": "flags : fpu hypervisor"], "unknown hypervisor"),
      (["/proc/cpuinfo": "flags : fpu"], nil),
      (["/proc/cpuinfo": "flags : fpu", "/sys/class/dmi/id/sys_vendor": "Dell Inc."], nil),
      (["/proc/cpuinfo": "Features : asimd", "/sys/class/dmi/id/sys_vendor": "QEMU"], "QEMU"),
      (["/sys/hypervisor/type": "xen\n"], "xen"),
      (
        [
          "/proc/cpuinfo": "flags : hypervisor", "/sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
          "/sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc kvm-clock acpi_pm\n",
        ], "KVM / Amazon EC2"
      ),
    ] as [([String: String], String?)])
  func hypervisor(files: [String: String], expected: String?) throws {
    let system = try FakeSystem(files)
    #expect(MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology()).hypervisor == expected)
  }

  @Test("An Arm machine")
  func arm() throws {
    let system = try FakeSystem([
      "/proc/cpuinfo": """
      processor	: 0
      Features	: fp asimd asimdhp asimddp sve i8mm bf16
      CPU implementer	: 0x41
      CPU part	: 0xd40
      CPU revision	: 1

      """
    ])
    let fingerprint = MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology())
    #expect(fingerprint.cpuModel == "CPU part 0xd40")
    #expect(fingerprint.cpuSignature == "0x41/0xd40/1")
    #expect(fingerprint.isa == ["asimd", "asimdhp", "asimddp", "sve", "i8mm", "bf16"])
  }

  @Test("Governors that differ are all named")
  func mixedGovernors() throws {
    let system = try FakeSystem([
      "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
      "/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor": "performance\n",
    ])
    let fingerprint = MachineFingerprint.read(root: system.root, topology: try FakeMachine.topology())
    #expect(fingerprint.governor == "performance, powersave")
  }

  @Test("This machine has a CPU, a kernel, memory and PUs")
  func thisMachine() throws {
    let fingerprint = MachineFingerprint.read(topology: try Topology.discover())
    #expect(fingerprint.cpuModel != "unknown")
    #expect(fingerprint.kernel != "unknown")
    #expect(fingerprint.memoryBytes > 1 << 28)
    #expect(fingerprint.cores >= 1)
    #expect(!fingerprint.allowedPUs.isEmpty)
    #if arch(x86_64)
      #expect(fingerprint.isa.contains("sse4_2"))
    #endif
  }
}
