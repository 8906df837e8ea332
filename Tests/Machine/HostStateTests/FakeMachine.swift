import HostState
import MachineTestSupport
import Topology

/// Trees of made-up machines and facts to vary.
enum FakeMachine {
  static let cpuinfo = """
    processor	: 0
    vendor_id	: GenuineIntel
    cpu family	: 6
    model		: 143
    model name	: Intel(R) Xeon(R)  Platinum 8480+
    stepping	: 8
    microcode	: 0x2b000590
    cpu MHz		: 2000.000
    flags		: fpu sse4_2 avx f16c fma avx2 avx512f avx512bw avx512dq avx512vl avx512_vnni avx512_bf16 amx_tile amx_int8
    bogomips	: 4000.00

    processor	: 1
    model name	: something else
    cpu MHz		: 3000.000
    flags		: fpu sve

    """

  static let bareMetal: [String: String?] = [
    "/proc/cpuinfo": cpuinfo,
    "/proc/meminfo": "MemTotal:       16384 kB\nMemAvailable:   8192 kB\nSwapTotal: 1000 kB\nSwapFree: 400 kB\n",
    "/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n",
    "/proc/sys/kernel/numa_balancing": "1\n",
    "/proc/loadavg": "0.75 0.50 0.25 1/200 4242\n",
    "/proc/stat": "cpu  100 0 50 800 10 5 5 30 7 0\ncpu0 1 2 3 4 5 6 7 8 9 0\ncpu1 1 2 3\n",
    "/proc/pressure/cpu": "some avg10=1.62 avg60=1.27 avg300=0.71 total=1000\nfull avg10=0.00 total=0\n",
    "/proc/self/cgroup": "0::/job\n",
    "/sys/fs/cgroup/job/cpu.stat": "usage_usec 5\nnr_periods 100\nnr_throttled 3\nthrottled_usec 77\n",
    "/sys/fs/cgroup/cpu.stat": "usage_usec 5\n",
    "/etc/os-release": "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
    "/sys/devices/system/cpu/smt/active": "1\n",
    "/sys/devices/system/cpu/online": "0-1\n",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
    "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "performance\n",
    "/sys/devices/system/cpu/cpufreq/boost": "1\n",
    "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
  ]

  static func topology() throws -> Topology {
    try Topology.discover(source: .synthetic("package:2 numa:1(memory=1GB) l3:1(size=33554432) core:2 pu:1"))
  }

  /// Facts of a machine on which nothing is wrong.
  static func healthy() throws -> HostFacts {
    HostFacts(
      fingerprint: MachineFingerprint(
        cpuModel: "CPU", cpuSignature: "1/2/3", microcode: nil, isa: ["avx2"], cores: 4, allowedPUs: [0, 1, 2, 3],
        smtActive: false, numaNodes: 2, memoryBytes: 64 << 30, lastLevelCacheBytes: 32 << 20, quotaCPUs: nil,
        governor: "performance", transparentHugePages: "madvise", hypervisor: nil, kernel: "6.1",
        operatingSystem: "Debian"),
      topology: try topology(), loadAverage: 0.1, stealShare: 0, busyProcesses: [], boost: false,
      numaBalancing: false, swapUsedBytes: 0, memoryAvailableBytes: 32 << 30, frequencyVisible: true,
      blas: .init(
        library: .init(core: "SkylakeX", vectorWidth: 16), environment: nil,
        best: .init(core: "SKYLAKEX", vectorWidth: 16)),
      meters: [.init(name: "powercap-rapl", isAvailable: true, reason: "It covers package-0.")])
  }
}
