import MachineTestSupport
import Synchronization
import Testing

@testable import Energy

@Suite("PowerModel") struct PowerModelTests {
  @Test("Watts lie on a line between idle and maximum, and both are the bounds")
  func line() throws {
    let model = try PowerModel("idle=50,max=200", cpus: 8)
    #expect(
      model.energy(utilisation: 0.4, seconds: 10)
        == ModelledEnergy(model: model.name, joules: 1100, lower: 500, upper: 2000))
    #expect(model.energy(utilisation: -1, seconds: 1).joules == 50)
    #expect(model.energy(utilisation: 7, seconds: 1).joules == 200)
    #expect(model.name == "linear idle=50.0 W, max=200.0 W")
  }

  @Test("Public models count by virtual CPUs")
  func clouds() throws {
    let model = try PowerModel("ccf-aws", cpus: 8)
    #expect(abs(model.idle - 5.92) < 1e-9)
    #expect(abs(model.maximum - 28) < 1e-9)
    #expect(model.name == "ccf-aws x 8 CPUs")
    for (name, idle, maximum) in [("ccf-gcp", 1.36, 8.22), ("ccf-azure", 1.48, 7.08)] {
      let model = try PowerModel(name, cpus: 2)
      #expect(abs(model.idle - idle) < 1e-9 && abs(model.maximum - maximum) < 1e-9)
    }
  }

  @Test(
    "What is no model is refused in a sentence",
    arguments: [
      "", "idle", "idle=", "idle=50", "max=50", "idle=50;max=60", "idle=x,max=60", "idle=60,max=50", "idle=-1,max=5",
      "idle=0,max=0", "idle=nan,max=5", "idle=1,max=inf", "idle=1,max=2,max=3", "idle=1,max=2,", "ccf-ibm",
      "idle=1,max=1e9",
      "idle=1\u{1b}[31m,max=2",
    ])
  func refused(words: String) {
    let fault = #expect(throws: MeterFault.self) { try PowerModel(words, cpus: 2) }
    #expect(fault?.reason.hasSuffix(".") == true)
    #expect(fault?.reason.contains("\u{1b}") == false)
  }

  private static func stat(busy: Int, idle: Int) -> String {
    "cpu  \(busy) 0 0 \(idle) 0 0 0 50 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 1\n"
  }

  @Test("How busy the machine was is interpolated at both ends of a window")
  func utilisation() throws {
    let system = try FakeSystem(["/proc/stat": Self.stat(busy: 1000, idle: 1000)])
    let now = Mutex<Int64>(0)
    let model = try PowerModel("idle=100,max=300", cpus: 2)
    let recorder = UtilisationRecorder(model, root: system.root, clock: { now.withLock { $0 } })
    let read = try #require(recorder.open())
    read()
    // Two CPUs for a second each, in hundredths: half busy, then wholly, then idle.
    for (second, busy, idle) in [(1, 1100, 1100), (2, 1300, 1100), (3, 1300, 1300)] as [(Int64, Int, Int)] {
      now.withLock { $0 = second * 1_000_000_000 }
      try system.write("/proc/stat", Self.stat(busy: busy, idle: idle))
      read()
    }
    func joules(_ begin: Double, _ end: Double) -> Double? {
      let window = (Int64(begin * 1e9), Int64(end * 1e9))
      guard case .modelled(let energy) = recorder.energy(from: window.0, to: window.1) else { return nil }
      return energy.joules
    }
    #expect(abs(try #require(joules(0, 1)) - 200) < 1e-6)
    #expect(abs(try #require(joules(1, 2)) - 300) < 1e-6)
    #expect(abs(try #require(joules(2, 3)) - 100) < 1e-6)
    // 0.5 s half busy and 0.5 s wholly: three quarters of the way.
    #expect(joules(0.5, 1.5) == 250)
    #expect(joules(2.5, 3.5) == nil)
    #expect(joules(1, 1) == nil)
    recorder.forget(before: 2_000_000_000)
    #expect(joules(0, 1) == nil)
    #expect(abs(try #require(joules(2, 3)) - 100) < 1e-6)
  }

  @Test(
    "Without /proc/stat there is no figure, and the reason says so",
    arguments: ["", "cpu 1 2\n", "cpu a b c d e f g h\n"])
  func garbage(text: String) throws {
    let system = try FakeSystem(["/proc/stat": text])
    let recorder = UtilisationRecorder(try PowerModel("idle=1,max=2", cpus: 1), root: system.root, clock: { 5 })
    recorder.open()?()
    guard case .unavailable(let reason) = recorder.energy(from: 0, to: 5) else {
      Issue.record("a figure of nothing")
      return
    }
    #expect(reason.contains("/proc/stat"))
  }
}
