import Glibc
import MachineTestSupport
import Testing

@testable import Energy

@Suite("PowercapMeter")
struct PowercapMeterTests {
  @Test(
    "What only root may read is not granted by access to the counters",
    .enabled(if: geteuid() != 0, "root may read everything"),
    arguments: ["name", "max_energy_range_uj"])
  func otherFiles(file: String) throws {
    let fake = try FakePowercap(["intel-rapl:0": ("package-0", 1)])
    chmod("\(fake.system.root)\(FakePowercap.folder)/intel-rapl:0/\(file)", 0)
    let reason = fake.meter().availability().text
    #expect(reason.contains("intel-rapl:0/\(file) cannot be read (Permission denied): run as root."), "\(reason)")
  }

  @Test("Two domains of one name are not counted as two")
  func sameName() throws {
    let fake = try FakePowercap(["intel-rapl:0": ("package-0", 1), "intel-rapl:1": ("package-0", 2)])
    let reason = fake.meter().availability().text
    #expect(
      reason.contains("intel-rapl:0 and /sys/class/powercap/intel-rapl:1 have the same name, package-0"), "\(reason)")
  }

  @Test(
    "Packages and their dram are counted once each; core and uncore are told apart; psys and duplicates are not added")
  func domains() throws {
    let powercap = try FakePowercap.twoPackages()
    #expect(
      powercap.meter().availability()
        == .available(covers: "It covers package-0, package-1, package-0/dram, package-1/dram."))
    let rig = MeterRig(powercap.meter(), period: 2)
    try rig.step(2) {
      for (zone, counter) in [
        ("intel-rapl:0", 21_000_000), ("intel-rapl:0:0", 9_000_500), ("intel-rapl:0:1", 2_000_500),
        ("intel-rapl:0:2", 5_000_000), ("intel-rapl:1", 33_000_000), ("intel-rapl:1:0", 8_000_000),
        ("intel-rapl:2", 99_000_000), ("intel-rapl-mmio:0", 20_000_077), ("intel-rapl-mmio:0:0", 3_000_078),
      ] as [(String, UInt64)] { try powercap.set(zone, counter) }
    }
    let energy = try #require(rig.energy().measured)
    #expect(energy.source == "powercap-rapl")
    #expect(energy.seconds == 2)
    #expect(energy.domains.map(\.name) == ["package-0", "package-1", "package-0/dram", "package-1/dram"])
    #expect(energy.domains.map { ($0.joules * 1e6).rounded() / 1e6 } == [20, 30, 3, 4])
    #expect(energy.parts?.map(\.name) == ["package-0/core", "package-0/uncore"])
    #expect(energy.parts?.map { ($0.joules * 1e6).rounded() / 1e6 } == [9, 2])
    #expect(abs(energy.joules - 57) < 1e-9)
    // 57 J / 2 s x 2 x 1 ms, and four domains of 2^-14 J.
    #expect(abs(energy.uncertaintyJoules - (0.057 + 4.0 / 16384)) < 1e-9)
  }

  @Test("psys is a meter of its own")
  func platform() throws {
    let powercap = try FakePowercap.twoPackages()
    let rig = MeterRig(powercap.meter(.platform), period: 1)
    try rig.step(1) { try powercap.set("intel-rapl:2", 109_000_000) }
    let energy = try #require(rig.energy().measured)
    #expect(energy.source == "powercap-psys")
    #expect(energy.domains == [.init(name: "psys", joules: 100)])
    // 100 J / 1 s x 2 x 1 ms, and the step of 1 J that servers have.
    #expect(abs(energy.uncertaintyJoules - 1.2) < 1e-9)
    #expect(rig.traits?.scope == .platform)
    // Four packages and all that is around them.
    try rig.step(1) { try powercap.set("intel-rapl:2", 4_109_000_000) }
    #expect(rig.energy(from: rig.time - 1_000_000_000).measured?.joules == 4000)
  }

  @Test("Packages below psys are counted all the same, and psys still apart")
  func nestedBelowPlatform() throws {
    let powercap = try FakePowercap([
      "intel-rapl:0": ("psys", 10), "intel-rapl:0:0": ("package-0", 10), "intel-rapl:0:0:0": ("core", 10),
    ])
    #expect(powercap.meter().availability() == .available(covers: "It covers package-0."))
    #expect(powercap.meter(.platform).availability() == .available(covers: "It covers psys."))
  }

  @Test("A domain that only the memory-mapped interface lists is counted")
  func memoryMappedOnly() throws {
    let powercap = try FakePowercap(["intel-rapl-mmio:0": ("package-0", 10)])
    #expect(powercap.meter().availability() == .available(covers: "It covers package-0."))
  }

  @Test("A counter that wraps goes on from 0, again and again")
  func wraps() throws {
    let range: UInt64 = 65_500_000_000
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", range - 10_000_000)], range: range)
    let rig = MeterRig(powercap.meter(), period: 10)
    var counter = range - 10_000_000
    // 500 W for 1000 s: 500 kJ, more than seven ranges.
    for _ in 0..<100 {
      counter = (counter + 5_000_000_000) % (range + 1)
      try rig.step(10) { try powercap.set("intel-rapl:0", counter) }
    }
    let energy = try #require(rig.energy().measured)
    #expect(abs(energy.joules - 500_000) < 1e-3)
    #expect(rig.events.isEmpty)
  }

  @Test(
    "Several wraps between two readings are never lost in silence",
    arguments: [(65.0, true), (66, false), (1e6, false)])
  func tooLong(seconds: Double, isMeasured: Bool) throws {
    // 65.5 kJ are used up in 65.5 s at 1000 W.
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 0)], range: 65_500_000_000)
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(seconds) { try powercap.set("intel-rapl:0", 1_000_000) }
    #expect((rig.energy().measured != nil) == isMeasured)
    if !isMeasured {
      #expect(rig.energy().reason?.contains("may have wrapped more than once") == true)
      #expect(rig.events.last?.kind == .wraps)
    }
    // The time after it is as good as any.
    let begin = rig.time
    try rig.step(1) { try powercap.set("intel-rapl:0", 51_000_000) }
    #expect(abs((rig.energy(from: begin).measured?.joules ?? 0) - 50) < 1e-9)
  }

  @Test("A counter that begins anew loses what it counted, and says so")
  func reset() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 200_000_000_000)])
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(1) { try powercap.set("intel-rapl:0", 200_100_000_000) }
    try rig.step(1) { try powercap.set("intel-rapl:0", 30_000_000) }
    #expect(rig.energy().reason?.contains("began anew or jumped") == true)
    #expect(rig.events.map(\.kind) == [.reset])
    let begin = rig.time
    try rig.step(1) { try powercap.set("intel-rapl:0", 130_000_000) }
    #expect(abs((rig.energy(from: begin).measured?.joules ?? 0) - 100) < 1e-9)
    // Upwards too: nothing draws 60 kW.
    try rig.step(1) { try powercap.set("intel-rapl:0", 60_130_000_000) }
    #expect(rig.energy(from: begin).measured == nil)
  }

  @Test("A counter that goes back by the least step is never a wrap", arguments: [1, 61, 1_000_000] as [UInt64])
  func backwards(step: UInt64) throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5_000_000_000)])
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(1) { try powercap.set("intel-rapl:0", 5_000_000_000 - step) }
    #expect(rig.energy().reason?.contains("began anew or jumped") == true)
  }

  @Test(
    "A counter that does not move is never 0 J",
    arguments: [(0.8, "did not advance"), (10, "did not advance"), (0.1, "measure for longer"), (0.001, "too short")])
  func standstill(seconds: Double, words: String) throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5), "intel-rapl:1": ("package-1", 5)])
    let rig = MeterRig(powercap.meter())
    // One moves, the other does not: the sum would miss half of the machine.
    try rig.step(seconds) { try powercap.set("intel-rapl:0", 50_000) }
    let reason = rig.energy().reason
    #expect(reason?.contains(words) == true, "\(reason ?? "measured")")
    if seconds > 0.01 { #expect(reason?.contains("package-1") == true) }
  }

  @Test("Windows without a length have no energy", arguments: [0, -1] as [Int64])
  func noLength(length: Int64) throws {
    let powercap = try FakePowercap.twoPackages()
    let rig = MeterRig(powercap.meter())
    rig.step(1)
    #expect(rig.energy(to: 1_000_000_000 + length).reason?.contains("no length") == true)
  }

  @Test("A domain that vanishes leaves windows unavailable, with the file that is gone")
  func lostCounter() throws {
    let powercap = try FakePowercap.twoPackages()
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(1) { try powercap.system.remove("/sys/class/powercap/intel-rapl:1/energy_uj") }
    let reason = rig.energy().reason
    #expect(reason?.contains("was not read for 1 s of the window") == true)
    #expect(reason?.contains("/sys/class/powercap/intel-rapl:1/energy_uj") == true)
    #expect(rig.events.map(\.kind) == [.fault])
  }

  @Test("Domains that appear during the window spoil it")
  func changedDomains() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5)])
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(1) {
      for (file, content) in [("name", "package-1"), ("max_energy_range_uj", "1000000"), ("energy_uj", "5")] {
        try powercap.system.write("/sys/class/powercap/intel-rapl:1/\(file)", content)
      }
    }
    #expect(rig.energy().reason?.contains("domains of /sys/class/powercap changed") == true)
  }

  @Test("Which domains there are is looked at once a second, and their files are held open meanwhile")
  func held() throws {
    let powercap = try FakePowercap.twoPackages()
    let clock = TestClock()
    let reader = try PowercapMeter(root: powercap.system.root, clock: { clock.now }).open()
    _ = try reader.read()
    let root = powercap.system.root + FakePowercap.folder
    func held() -> Int { openFiles().filter { $0.hasPrefix(root) && $0.hasSuffix("/energy_uj") }.count }
    #expect(held() == 6)
    // The files are read anew each time.
    try powercap.set("intel-rapl:0", 5_000_000)
    clock.pass(0.5)
    #expect(try reader.read().first?.values.first == .count(5_000_000))
    // One that was taken away is still open, but not for longer than the second.
    try powercap.system.remove("\(FakePowercap.folder)/intel-rapl:1/energy_uj")
    clock.pass(0.4)
    _ = try reader.read()
    clock.pass(0.2)
    let fault = #expect(throws: MeterFault.self) { try reader.read() }
    #expect(fault?.reason.contains("intel-rapl:1/energy_uj cannot be read (No such file") == true)
    // From a fault on nothing is taken for granted.
    #expect(throws: MeterFault.self) { try reader.read() }
    try powercap.set("intel-rapl:1", 7_000_000)
    #expect(try reader.read().first?.values[1] == .count(7_000_000))
    try powercap.system.write("\(FakePowercap.folder)/intel-rapl:3/name", "package-3")
    clock.pass(0.9)
    _ = try reader.read()
    clock.pass(0.2)
    #expect(throws: MeterFault.self) { try reader.read() }
  }

  @Test("After a fault the domains are looked at before anything else is read")
  func afterFault() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5)])
    let reader = try PowercapMeter(root: powercap.system.root, clock: { 0 }).open()
    _ = try reader.read()
    try powercap.system.write("\(FakePowercap.folder)/intel-rapl:0/energy_uj", "x")
    #expect(throws: MeterFault.self) { try reader.read() }
    try powercap.set("intel-rapl:0", 6)
    try powercap.system.write("\(FakePowercap.folder)/intel-rapl:1/name", "package-1")
    let fault = #expect(throws: MeterFault.self) { try reader.read() }
    #expect(fault?.reason.contains("changed") == true)
  }

  @Test("A file that was replaced is read, not the one that was there before")
  func replaced() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5)])
    let clock = TestClock()
    let reader = try PowercapMeter(root: powercap.system.root, clock: { clock.now }).open()
    _ = try reader.read()
    try powercap.system.remove("\(FakePowercap.folder)/intel-rapl:0/energy_uj")
    try powercap.set("intel-rapl:0", 6)
    clock.pass(1)
    #expect(try reader.read().map(\.values) == [[.count(6)]])
  }

  @Test(
    "What a held file holds is a number, or is looked at again with its reason",
    arguments: [
      ("", nil), ("\n", nil), ("0\n", 0), ("18446744073709551615\n", .max), ("18446744073709551616\n", nil),
      ("99999999999999999999999\n", nil), ("12", 12), ("1 2\n", nil), ("-1\n", nil), ("+1\n", nil), ("12\n\n", nil),
      ("1.5\n", nil), ("x", nil), (String(repeating: "0", count: 40), nil),
    ] as [(String, UInt64?)])
  func numbers(text: String, number: UInt64?) throws {
    let system = try FakeSystem(["/file": text])
    let file = try #require(HeldFile(system.root + "/file"))
    #expect(file.number() == number)
    #expect(HeldFile(system.root + "/none") == nil)
    #expect(HeldFile(system.root)?.number() == nil)
  }
}
