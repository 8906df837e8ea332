import Foundation
import HostState
import MachineTestSupport
import Testing
import Topology

@Suite("HostSnapshot")
struct HostSnapshotTests {
  @Test("Every counter of a made-up machine")
  func read() throws {
    let system = try FakeSystem(FakeMachine.bareMetal)
    let snapshot = HostSnapshot.read(root: system.root)
    // Guest time (7) is part of user time and does not count again.
    #expect(snapshot.ticks == .init(total: 1000, steal: 30))
    // CPU 1's line is too short to be one.
    #expect(snapshot.cpuTicks == [0: .init(total: 36, steal: 8)])
    #expect(snapshot.throttledPeriods == 3)
    #expect(snapshot.cpuPressureMicroseconds == 1000)
    #expect(snapshot.megahertz == 2500)
  }

  @Test("The clock: cpufreq first, then cpuinfo, and never a virtual machine's nominal clock")
  func clock() throws {
    let system = try FakeSystem(FakeMachine.bareMetal)
    try system.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "3500000\n")
    try system.write("/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "1500000\n")
    #expect(HostSnapshot.read(root: system.root).megahertz == 2500)
    try system.write("/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "<unknown>\n")
    #expect(HostSnapshot.read(root: system.root).megahertz == 3500)
    let virtual = try FakeSystem(["/proc/cpuinfo": "cpu MHz : 2400.0\nflags : hypervisor\n"])
    #expect(HostSnapshot.read(root: virtual.root).megahertz == nil)
  }

  @Test("Throttling is read from version 1 too")
  func versionOne() throws {
    let system = try FakeSystem([
      "/proc/self/cgroup": "4:cpu,cpuacct:/a\n", "/sys/fs/cgroup/cpu/a/cpu.stat": "nr_periods 9\nnr_throttled 4\n",
      "/sys/fs/cgroup/cpu/cpu.stat": "nr_periods 9\nnr_throttled 5\n",
    ])
    #expect(HostSnapshot.read(root: system.root).throttledPeriods == 9)
  }

  @Test("Differences between two moments")
  func difference() throws {
    let system = try FakeSystem(FakeMachine.bareMetal)
    let start = HostSnapshot.read(root: system.root)
    try system.write("/proc/stat", "cpu  150 0 50 890 10 5 5 90 7 0\n")
    try system.write("/proc/pressure/cpu", "some avg10=1.62 avg60=1.27 avg300=0.71 total=1700\n")
    try system.write("/sys/fs/cgroup/job/cpu.stat", "nr_throttled 5\n")
    // Faults that certainly happen between the two.
    let size = 8 << 20
    let memory = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    memset(memory, 1, size)
    munmap(memory, size)
    let disturbance = HostDisturbance(from: start, to: HostSnapshot.read(root: system.root))
    #expect(disturbance.stealShare == 60.0 / 200.0)
    #expect(disturbance.throttledPeriods == 2)
    #expect(disturbance.cpuPressureMicroseconds == 700)
    #expect(disturbance.minorFaults >= 4)
    #expect(disturbance.involuntarySwitches >= 0)
    #expect(disturbance.megahertz == 2500)
  }

  @Test(
    "Steal counts on the CPUs asked for, not among the idle ones of the machine",
    arguments: [
      (nil, 0.05), ([1], 0.5), ([0], 0), ([0, 1], 0.25), ([1, 1], 0.5), ([], nil), ([2], nil), ([1, 2], nil),
    ] as [([Int]?, Double?)])
  func stealOfCPUs(pus: [Int]?, expected: Double?) throws {
    let system = try FakeSystem([
      "/proc/stat": "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\nintr 5\n"
    ])
    let start = HostSnapshot.read(root: system.root)
    try system.write(
      "/proc/stat",
      "cpu  50 0 0 900 0 0 0 50 0 0\ncpu0 0 0 0 100 0 0 0 0 0 0\ncpu1 50 0 0 0 0 0 0 50 0 0\nintr 5\n"
        + "cpu2 1 1 1 1 1 1 1 1 1 1\n")
    #expect(HostDisturbance(from: start, to: HostSnapshot.read(root: system.root), pus: pus).stealShare == expected)
  }

  private func snapshot(total: Int?, steal: Int?, throttled: Int?, switches: Int = 0) -> HostSnapshot {
    HostSnapshot(
      nanoseconds: 0, ticks: total.flatMap { total in steal.map { .init(total: total, steal: $0) } }, cpuTicks: [:],
      throttledPeriods: throttled, cpuPressureMicroseconds: nil, involuntarySwitches: switches, minorFaults: 0,
      megahertz: nil)
  }

  @Test("What cannot be told is nil: unknown ends, no time passed, counters that run backwards or overflow")
  func unknown() {
    let known = snapshot(total: 100, steal: 10, throttled: 5)
    for other in [
      snapshot(total: nil, steal: nil, throttled: nil), snapshot(total: 100, steal: 10, throttled: 4),
      snapshot(total: 50, steal: 5, throttled: Int.min), snapshot(total: 200, steal: 5, throttled: nil),
    ] {
      let disturbance = HostDisturbance(from: known, to: other)
      #expect(disturbance.stealShare == nil)
      #expect(disturbance.throttledPeriods == nil)
      #expect(disturbance.cpuPressureMicroseconds == nil)
    }
    let backwards = HostDisturbance(
      from: snapshot(total: 1, steal: 0, throttled: 0, switches: 5), to: snapshot(total: 2, steal: 0, throttled: 0))
    #expect(backwards.involuntarySwitches == 0)
    #expect(backwards.stealShare == 0)
  }

  @Test("This machine's own counters")
  func thisMachine() {
    let start = HostSnapshot.read()
    let end = HostSnapshot.read()
    #expect(end.nanoseconds >= start.nanoseconds)
    #expect((start.ticks?.total ?? 0) > 0)
    let disturbance = HostDisturbance(from: start, to: end)
    #expect(disturbance.stealShare.map { 0...1 ~= $0 } ?? true)
  }
}
