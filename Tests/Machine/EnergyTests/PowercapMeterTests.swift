import Energy
import MachineTestSupport
import Testing

@Suite("PowercapMeter")
struct PowercapMeterTests {
  @Test("Packages and their dram are counted once each; core, uncore, psys and memory-mapped duplicates are not added")
  func domains() throws {
    let powercap = try FakePowercap.twoPackages()
    let meter = powercap.meter()
    #expect(
      meter.availability() == .available(covers: "It covers package-0, package-1, package-0/dram, package-1/dram."))
    let mark = meter.begin()
    powercap.advance(seconds: 2)
    for (zone, counter) in [
      ("intel-rapl:0", 21_000_000), ("intel-rapl:0:0", 9_000_500), ("intel-rapl:0:1", 9_000_500),
      ("intel-rapl:0:2", 5_000_000), ("intel-rapl:1", 33_000_000), ("intel-rapl:1:0", 8_000_000),
      ("intel-rapl:2", 99_000_000), ("intel-rapl-mmio:0", 20_000_077), ("intel-rapl-mmio:0:0", 3_000_078),
    ] as [(String, UInt64)] { try powercap.set(zone, counter) }
    let energy = try #require(meter.finish(mark).measured)
    #expect(energy.source == "powercap-rapl")
    #expect(energy.seconds == 2)
    #expect(energy.domains.map(\.name) == ["package-0", "package-1", "package-0/dram", "package-1/dram"])
    #expect(energy.domains.map(\.joules) == [20, 30, 3, 4])
    #expect(energy.joules == 57)
    // 57 J / 2 s x 2 x 1 ms, and four domains of 2^-14 J.
    #expect(abs(energy.uncertaintyJoules - (0.057 + 4.0 / 16384)) < 1e-12)
  }

  @Test("psys is a meter of its own")
  func platform() throws {
    let powercap = try FakePowercap.twoPackages()
    let meter = powercap.meter(.platform)
    let mark = meter.begin()
    powercap.advance(seconds: 1)
    try powercap.set("intel-rapl:2", 109_000_000)
    let energy = try #require(meter.finish(mark).measured)
    #expect(energy.source == "powercap-psys")
    #expect(energy.domains == [.init(name: "psys", joules: 100)])
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

  @Test(
    "A counter that wraps goes on from 0",
    arguments: [
      (0, 5, 1_000_000, 5), (999_999, 0, 1_000_000, 2), (1_000_000, 0, 1_000_000, 1), (999_990, 9, 999_999, 19),
      (UInt64.max - 1, 3, UInt64.max, 5), (UInt64.max, 0, UInt64.max, 1), (1, UInt64.max, UInt64.max, UInt64.max - 1),
    ] as [(UInt64, UInt64, UInt64, UInt64)])
  func wrap(first: UInt64, last: UInt64, range: UInt64, microjoules: UInt64) throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", first)], range: range)
    let meter = powercap.meter()
    let mark = meter.begin()
    // 0.4 ms: shorter than half of the millisecond in which a range of 1 J is used up at 1000 W.
    powercap.advance(seconds: 0.0004)
    try powercap.set("intel-rapl:0", last)
    let energy = try #require(meter.finish(mark).measured)
    #expect(energy.joules == Double(microjoules) / 1e6)
  }

  @Test(
    "A window in which the counter may wrap unseen is refused",
    arguments: [
      (32.7, true), (32.8, false), (131, false), (1e6, false),
    ])
  func tooLong(seconds: Double, isMeasured: Bool) throws {
    // 65.5 kJ are used up in 65.5 s at 1000 W; half of it is 32.75 s.
    let powercap = try FakePowercap(
      ["intel-rapl:0": ("package-0", 0), "intel-rapl:1": ("package-1", 0)], range: 65_500_000_000)
    let meter = powercap.meter()
    let mark = meter.begin()
    powercap.advance(seconds: seconds)
    try powercap.set("intel-rapl:0", 1_000_000)
    try powercap.set("intel-rapl:1", 1_000_000)
    let reading = meter.finish(mark)
    #expect((reading.measured != nil) == isMeasured)
    if !isMeasured { #expect(reading.reason?.contains("at most 32.7 s") == true) }
  }

  @Test(
    "A counter that does not move is never 0 J",
    arguments: [
      (0.2, "did not advance"), (10, "did not advance"), (0.1, "measure for longer"), (0.001, "measure for longer"),
      (0, "no length"), (-1, "no length"),
    ])
  func standstill(seconds: Double, words: String) throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5), "intel-rapl:1": ("package-1", 5)])
    let meter = powercap.meter()
    let mark = meter.begin()
    powercap.advance(seconds: seconds)
    // One moves, the other does not: the sum would miss half of the machine.
    try powercap.set("intel-rapl:0", 1_000_000)
    let reason = meter.finish(mark).reason
    #expect(reason?.contains(words) == true, "\(reason ?? "measured")")
    if seconds > 0 { #expect(reason?.contains("package-1") == true) }
  }

  @Test("A window that could not be read at one end is unavailable")
  func lostCounter() throws {
    let powercap = try FakePowercap.twoPackages()
    let meter = powercap.meter()
    let good = meter.begin()
    powercap.advance(seconds: 1)
    try powercap.system.remove("/sys/class/powercap/intel-rapl:1/energy_uj")
    let failed = meter.begin()
    #expect(failed.failure?.contains("/sys/class/powercap/intel-rapl:1/energy_uj") == true)
    #expect(failed.counters.isEmpty)
    #expect(meter.finish(good).reason == failed.failure)
    try powercap.set("intel-rapl:1", 9_000_000)
    #expect(meter.finish(failed).reason == failed.failure)
  }

  @Test("Domains that appear during the window spoil it")
  func changedDomains() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5)])
    let meter = powercap.meter()
    let mark = meter.begin()
    powercap.advance(seconds: 1)
    for (file, content) in [("name", "package-1"), ("max_energy_range_uj", "1000000"), ("energy_uj", "5")] {
      try powercap.system.write("/sys/class/powercap/intel-rapl:1/\(file)", content)
    }
    try powercap.set("intel-rapl:0", 10)
    #expect(meter.finish(mark).reason?.contains("changed during the window") == true)
  }
}
