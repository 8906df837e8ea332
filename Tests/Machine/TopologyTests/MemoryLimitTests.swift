import MachineTestSupport
import Testing
import Topology

@Suite struct MemoryLimitTests {
  private static let mount = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let available = ["/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    4000 kB\n"]

  /// The least of what is available and of every limit that holds.
  @Test(
    arguments: [
      ([:], nil), (available, 4_096_000),
      (
        available.merging([
          "/proc/self/cgroup": "0::/a/b\n", "/proc/self/mountinfo": mount, "/sys/fs/cgroup/a/b/memory.max": "max\n",
          "/sys/fs/cgroup/a/memory.max": "1000000\n", "/sys/fs/cgroup/c/memory.max": "10\n",
        ]) { $1 }, 1_000_000
      ),
      (available.merging(["/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000\n"]) { $1 }, 2_000_000),
      (available.merging(["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"]) { $1 }, 4_096_000),
      (["/proc/meminfo": "MemAvailable: -5 kB\n"], nil), (["/proc/meminfo": "MemAvailable: \(Int.max) kB\n"], nil),
    ] as [([String: String], Int?)])
  func theLeastLimitHolds(files: [String: String], bytes: Int?) throws {
    let system = try FakeSystem(files.mapValues { $0 })
    #expect(MemoryLimit.read(root: system.root) == bytes)
  }
}
