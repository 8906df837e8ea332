import HostState
import MachineTestSupport
import Testing
import Topology

@Suite("HostFacts")
struct HostFactsTests {
  /// A line of /proc/pid/stat with the given user and system ticks.
  private func stat(_ name: String, user: Int, system: Int) -> String {
    "7 (\(name)) R 1 7 7 0 -1 4194304 100 0 0 0 \(user) \(system) 0 0 20 0 1 0 100 1000000 200\n"
  }

  @Test("Facts come from the files, rates from the difference of two readings")
  func gather() throws {
    let system = try FakeSystem(FakeMachine.bareMetal)
    try system.write("/proc/7/stat", stat("make (x) y", user: 100, system: 50))
    try system.write("/proc/8/stat", stat("idle", user: 100, system: 50))
    try system.write("/proc/9/stat", stat("gone", user: 100, system: 50))
    let facts = HostFacts.gather(
      root: system.root, topology: try FakeMachine.topology(),
      blas: .init(library: .init(core: "Haswell", vectorWidth: 8), environment: nil, best: nil),
      meters: [.init(name: "m", isAvailable: false, reason: "r")],
      wait: {
        // So many ticks that the share stays above the threshold however long this takes.
        try? system.write("/proc/7/stat", stat("make (x) y", user: 90_100, system: 10_050))
        try? system.write("/proc/10/stat", stat("new", user: 1_000_000, system: 0))
        try? system.remove("/proc/9")
        try? system.write("/proc/stat", "cpu  150 0 50 890 10 5 5 90 7 0\n")
      })
    #expect(facts.loadAverage == 0.75)
    #expect(facts.stealShare == 0.3)
    #expect(facts.busyProcesses.map(\.id) == [7])
    #expect(facts.busyProcesses.map(\.name) == ["make (x) y"])
    #expect(facts.boost == true)
    #expect(facts.numaBalancing == true)
    #expect(facts.swapUsedBytes == 600 * 1024)
    #expect(facts.memoryAvailableBytes == 8192 * 1024)
    #expect(facts.frequencyVisible)
    #expect(facts.blas?.library.core == "Haswell")
    #expect(facts.meters.map(\.reason) == ["r"])
    #expect(facts.fingerprint.cpuSignature == "6/143/8")
  }

  @Test("intel_pstate's inverted switch counts first", arguments: [("0", true), ("1", false)])
  func noTurbo(content: String, boost: Bool) throws {
    let system = try FakeSystem(["/sys/devices/system/cpu/intel_pstate/no_turbo": content])
    let facts = HostFacts.gather(
      root: system.root, topology: try FakeMachine.topology(), blas: nil, meters: [], wait: {})
    #expect(facts.boost == boost)
  }
}
