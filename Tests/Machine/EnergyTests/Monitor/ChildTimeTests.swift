import CLinux
import Glibc
import MachineTestSupport
import Testing

@testable import Energy

@Suite("ChildTime", .timeLimit(.minutes(2)))
struct ChildTimeTests {
  private static let patience = ExecPatience(line: 30, reading: 0.05)

  private func meter(_ command: String) -> ExecMeter {
    ExecMeter(command: command, clock: { clinux_clock_ns() }, patience: Self.patience)
  }

  @Test("What a command computes that is run again and again is counted, each time")
  func once() throws {
    let reader = try meter("\(oneSecond); echo 5").open()
    #expect((0.5..<2).contains(reader.childSeconds), "\(reader.childSeconds)")
    _ = try reader.read()
    #expect(reader.childSeconds < 2)
    _ = try reader.read()
    #expect((1.2..<4).contains(reader.childSeconds), "\(reader.childSeconds)")
  }

  @Test("What a failing command computes is counted too")
  func failure() throws {
    let system = try FakeSystem(["/script": "echo 5"])
    let reader = try meter(". '\(system.root)/script'").open()
    _ = try reader.read()
    try system.write("/script", "\(oneSecond); exit 3")
    #expect(throws: MeterFault.self) { try reader.read() }
    #expect(reader.childSeconds > 0.5)
  }

  @Test("What a command that goes on computes is counted while it does, and its children's that go on or have ended")
  func stream() throws {
    let reader = try meter("\(oneSecond); while :; do echo 5; sleep 0.05; done").open()
    #expect(reader.childSeconds > 0.5)
    let busy = try meter("(while :; do :; done) & while :; do echo 5; sleep 0.05; done").open()
    let before = busy.childSeconds
    #expect(eventually { busy.childSeconds > before + 0.3 })
  }

  @Test("What a command has computed stays counted when it ends, or is ended")
  func ended() throws {
    let own = try CommandProcess(["sh", "-c", oneSecond])
    #expect(eventually { own.look(within: 1).isOver })
    own.end()
    #expect(own.computed() > 0.5)
    own.end()
    #expect(own.computed() > 0.5)
    // It was never waited for.
    let killed = try CommandProcess(["sh", "-c", "while :; do :; done"])
    #expect(eventually { killed.computed() > 0.3 })
    killed.end()
    #expect(killed.computed() > 0.3)
  }

  @Test("The monitor tells it apart from what its threads compute")
  func monitor() throws {
    let monitor = try PowerMonitor([meter("\(oneSecond); while :; do echo 5; sleep 0.05; done")])
    #expect(eventually { (monitor.account.childSeconds ?? 0) > 0.5 })
    monitor.end()
    let account = monitor.account
    let children = try #require(account.childSeconds)
    #expect(children > 0.5 && account.cpuSeconds < children)
    #expect(abs(account.share - (account.cpuSeconds + children) / account.seconds) < 1e-9)
  }

  @Test("What ipmitool computes is counted")
  func tool() throws {
    let system = try FakeSystem(["/dev/ipmi0": "", "/ipmitool": "#!/bin/sh\n\(oneSecond)\n"])
    chmod(system.root + "/ipmitool", 0o700)
    let reader = try IPMIReader(system.root + "/ipmitool", host: nil, patience: 30)
    #expect(throws: MeterFault.self) { try reader.read() }
    #expect(reader.childSeconds > 0.5)
  }

  @Test("Ticks of a process and its children are added up, and nothing else")
  func tree() throws {
    func stat(_ name: String, _ ticks: [Int]) -> String {
      "1 (\(name)) S 1 1 1 0 -1 4194560 1 2 3 4 \(ticks.map(String.init).joined(separator: " ")) 20 0 1 0 99"
    }
    let system = try FakeSystem([
      "/proc/10/stat": stat("a) R 9 9", [1, 2, 4, 8]), "/proc/10/task/10/children": "11 12 ",
      "/proc/10/task/13/children": "14", "/proc/11/stat": stat("b", [16, 0, 0, 0]), "/proc/11/task/11/children": "10",
      "/proc/12/stat": "12 (c) S", "/proc/14/stat": stat("d", [32, 0, 0, 0]),
      "/proc/15/stat": stat("not a child", [64, 0, 0, 0]),
    ])
    let files = TextFile(root: system.root)
    #expect((ProcessTree.seconds(10, files) * Double(sysconf(Int32(_SC_CLK_TCK)))).rounded() == 63)
    #expect(ProcessTree.seconds(99, files) == 0)
  }

  @Test("A process with more children than can be looked at takes no longer, and none is its own ancestor")
  func bounds() throws {
    let system = try FakeSystem()
    for process in 1...200 {
      try system.write("/proc/\(process)/stat", "1 (x) S 1 1 1 0 -1 0 1 2 3 4 1 0 0 0 20")
      try system.write("/proc/\(process)/task/\(process)/children", (1...200).map(String.init).joined(separator: " "))
    }
    let ticks = ProcessTree.seconds(1, TextFile(root: system.root)) * Double(sysconf(Int32(_SC_CLK_TCK)))
    #expect(ticks.rounded() == 64)
  }
}
