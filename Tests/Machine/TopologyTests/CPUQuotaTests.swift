import MachineTestSupport
import Testing
import Topology

/// A tree of files and the quota that it means.
struct QuotaCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let files: [String: String]
  let cpus: Double?
  var source: String?

  private static let v2 = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let v1 = "34 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"

  static let all: [QuotaCase] = [
    .init(testDescription: "no files at all", files: [:], cpus: nil),
    .init(
      testDescription: "v2, own group",
      files: [
        "/proc/self/cgroup": "0::/job\n", "/proc/self/mountinfo": v2, "/sys/fs/cgroup/job/cpu.max": "160000 100000\n",
      ], cpus: 1.6, source: "/sys/fs/cgroup/job/cpu.max"),
    .init(
      testDescription: "v2, no limit",
      files: [
        "/proc/self/cgroup": "0::/job\n", "/proc/self/mountinfo": v2, "/sys/fs/cgroup/job/cpu.max": "max 100000\n",
      ], cpus: nil),
    .init(
      testDescription: "v2, the parent is tighter",
      files: [
        "/proc/self/cgroup": "0::/a/b/c\n", "/proc/self/mountinfo": v2,
        "/sys/fs/cgroup/a/b/c/cpu.max": "400000 100000\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/a/cpu.max": "50000 20000\n",
      ], cpus: 2.5, source: "/sys/fs/cgroup/a/cpu.max"),
    .init(
      testDescription: "v2, limits of other groups do not count",
      files: [
        "/proc/self/cgroup": "0::/a\n", "/proc/self/mountinfo": v2, "/sys/fs/cgroup/a/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/b/cpu.max": "1000 100000\n", "/sys/fs/cgroup/a/below/cpu.max": "1000 100000\n",
      ], cpus: nil),
    .init(
      testDescription: "v2 in a container that sees its own root only",
      files: [
        "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": v2, "/sys/fs/cgroup/cpu.max": "200000 100000\n",
      ], cpus: 2, source: "/sys/fs/cgroup/cpu.max"),
    .init(
      testDescription: "v2 in a container with the host's path",
      files: [
        "/proc/self/cgroup": "0::/docker/abc/inner\n",
        "/proc/self/mountinfo": "35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
        "/sys/fs/cgroup/inner/cpu.max": "max 100000\n", "/sys/fs/cgroup/cpu.max": "300000 100000\n",
      ], cpus: 3, source: "/sys/fs/cgroup/cpu.max"),
    .init(
      testDescription: "a path that climbs out of the mount counts as its root",
      files: [
        "/proc/self/cgroup": "0::/../../etc\n", "/proc/self/mountinfo": v2,
        "/sys/fs/cgroup/cpu.max": "100000 100000\n", "/sys/etc/cpu.max": "1000 100000\n",
      ], cpus: 1, source: "/sys/fs/cgroup/cpu.max"),
    .init(
      testDescription: "v1",
      files: [
        "/proc/self/cgroup": "9:name=systemd:/\n4:cpu,cpuacct:/docker/x\n0::/\n", "/proc/self/mountinfo": v1,
        "/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
      ], cpus: 1.5, source: "/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us"),
    .init(
      testDescription: "v1, no limit but one above",
      files: [
        "/proc/self/cgroup": "4:cpu,cpuacct:/docker/x\n", "/proc/self/mountinfo": v1,
        "/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us": "100000\n",
      ], cpus: 0.5, source: "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us"),
    .init(
      testDescription: "both versions, the tighter wins",
      files: [
        "/proc/self/cgroup": "4:cpu:/\n0::/\n",
        "/proc/self/mountinfo": """
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

        """, "/sys/fs/cgroup/unified/cpu.max": "300000 100000\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "700000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ], cpus: 3, source: "/sys/fs/cgroup/unified/cpu.max"),
    .init(
      testDescription: "without mountinfo the usual places are tried",
      files: ["/proc/self/cgroup": "0::/job\n", "/sys/fs/cgroup/job/cpu.max": "250000 100000\n"], cpus: 2.5,
      source: "/sys/fs/cgroup/job/cpu.max"),
    .init(
      testDescription: "a mount point with a blank",
      files: [
        "/proc/self/cgroup": "0::/\n",
        "/proc/self/mountinfo": "35 24 0:30 / /mnt/c\\040g rw - cgroup2 cgroup2 rw\n",
        "/mnt/c g/cpu.max": "100000 50000",
      ], cpus: 2, source: "/mnt/c g/cpu.max"),
    .init(
      testDescription: "garbage",
      files: [
        "/proc/self/cgroup": "::::\n0::/x\nnonsense\n", "/proc/self/mountinfo": "- - -\n\n35 - cgroup2\n" + v2,
        "/sys/fs/cgroup/x/cpu.max": "99999999999999999999999 0\n", "/sys/fs/cgroup/cpu.max": "100000 0\n",
      ], cpus: nil),
  ]
}

@Suite("CPUQuota")
struct CPUQuotaTests {
  @Test("The tightest limit on the way up wins", arguments: QuotaCase.all)
  func quota(expected: QuotaCase) throws {
    let system = try FakeSystem(expected.files)
    let quota = CPUQuota.read(root: system.root)
    #expect(quota?.cpus == expected.cpus)
    #expect(quota?.source == expected.source)
  }

  @Test("A discovered topology carries the quota of its root")
  func discovered() throws {
    let system = try FakeSystem(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n"])
    #expect(try Topology.discover(root: system.root).quota?.cpus == 1.5)
  }
}
