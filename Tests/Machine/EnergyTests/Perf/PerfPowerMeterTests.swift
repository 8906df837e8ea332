import Glibc
import MachineTestSupport
import Testing

@testable import Energy

private let folder = "/sys/bus/event_source/devices/power"

/// A mask, the packages and dies of its CPUs, and the counters that it means.
private struct Mask: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let cpus: String
  /// By CPU.
  let packages: [Int: (package: Int, die: Int)]
  let expected: [String: Int32]

  static let all = [
    Mask(testDescription: "one package", cpus: "0", packages: [0: (0, 0)], expected: ["package-0": 0]),
    Mask(
      testDescription: "two packages", cpus: "0,24", packages: [0: (0, 0), 24: (1, 0)],
      expected: ["package-0": 0, "package-1": 24]),
    Mask(
      testDescription: "two dies that count apart", cpus: "0,24", packages: [0: (0, 0), 24: (0, 1)],
      expected: ["package-0-die-0": 0, "package-0-die-1": 24]),
    Mask(
      testDescription: "every CPU of two packages (since Linux 7.0)", cpus: "0-5",
      packages: [0: (0, 0), 1: (0, 0), 2: (0, 0), 3: (1, 0), 4: (1, 0), 5: (1, 0)],
      expected: ["package-0": 0, "package-1": 3]),
    Mask(
      testDescription: "every CPU of a package of two dies", cpus: "0-1,4-5",
      packages: [0: (0, 0), 1: (0, 0), 4: (0, 1), 5: (0, 1)], expected: ["package-0": 0]),
  ]
}

/// A text where a mask should be.
private let badMasks = ["", "x", "-1", "0-", "3-1", "0,,1", "0-1-2", "0-99999999", "65536", "4294967296", "0;1"]

@Suite("PerfPowerMeter")
struct PerfPowerMeterTests {
  private static func tree(_ files: [String: String] = [:], _ machine: FakeMachine = .intelServer) throws -> FakeSystem
  {
    let system = try machine.system()
    for (path, content) in files { try system.write(path, content) }
    return system
  }

  @Test("Packages and memory are counted, psys is a meter of its own")
  func server() throws {
    let system = try Self.tree()
    let perf = FakePerf()
    let meter = PerfPowerMeter(root: system.root, counters: perf)
    let psys = PerfPowerMeter(root: system.root, scope: .platform, counters: perf)
    #expect(meter.availability().text == "It covers package-0, package-1, package-0/dram, package-1/dram.")
    #expect(psys.availability() == .available(covers: "It covers psys."))
    let (rig, platform) = (MeterRig(meter, period: 2), MeterRig(psys, period: 2))
    let change = {
      perf.set(2, cpu: 0, joules: 100)
      perf.set(2, cpu: 24, joules: 200)
      perf.set(3, cpu: 0, joules: 10)
      perf.set(3, cpu: 24, joules: 20)
      perf.set(5, cpu: 0, joules: 1000)
    }
    rig.step(2, change)
    platform.step(2)
    let energy = try #require(rig.energy().measured)
    #expect(energy.source == "perf-power")
    #expect(energy.domains.map(\.joules) == [100, 200, 10, 20])
    #expect(energy.parts == nil)
    // 330 J / 2 s x 2 x 1 ms, and four counters of 2^-14 J.
    #expect(abs(energy.uncertaintyJoules - (0.33 + 4.0 / 16384)) < 1e-9)
    #expect(rig.traits?.scope == .processor)
    let whole = try #require(platform.energy().measured)
    #expect(whole.source == "perf-psys")
    #expect(whole.domains == [.init(name: "psys", joules: 1000)])
    // The same with the step of 1 J that servers have.
    #expect(abs(whole.uncertaintyJoules - 2) < 1e-9)
    #expect(platform.traits?.scope == .platform)
  }

  @Test("Cores and graphics are told apart and not counted")
  func parts() throws {
    let system = try Self.tree([:], .laptop)
    let perf = FakePerf()
    let rig = MeterRig(PerfPowerMeter(root: system.root, counters: perf), period: 1)
    rig.step(1) {
      for (code, joules) in [(2, 30.0), (1, 20), (4, 5)] { perf.set(UInt64(code), cpu: 0, joules: joules) }
    }
    let energy = try #require(rig.energy().measured)
    #expect(energy.domains == [.init(name: "package-0", joules: 30)])
    #expect(energy.parts == [.init(name: "package-0/core", joules: 20), .init(name: "package-0/uncore", joules: 5)])
  }

  @Test("A mask of CPUs means each package once", arguments: Mask.all)
  fileprivate func masks(mask: Mask) throws {
    var files = FakeMachine.perf(["energy-pkg": 2], cpus: mask.cpus, packages: mask.packages.mapValues(\.package))
    for (cpu, place) in mask.packages {
      files["/sys/devices/system/cpu/cpu\(cpu)/topology/die_id"] = "\(place.die)\n"
    }
    let system = try FakeSystem(files.mapValues { $0 })
    let perf = FakePerf()
    let reader = try PerfPowerMeter(root: system.root, counters: perf).open()
    #expect(Set(reader.traits.channels.map(\.name)) == Set(mask.expected.keys))
    #expect(perf.open == Set(mask.expected.values.map { FakePerf.Place(config: 2, cpu: $0) }))
  }

  @Test("Dies are not told before Linux 5.2")
  func noDies() throws {
    let system = try Self.tree()
    for cpu in [0, 24] { try system.remove("/sys/devices/system/cpu/cpu\(cpu)/topology/die_id") }
    let reader = try PerfPowerMeter(root: system.root, counters: FakePerf()).open()
    #expect(reader.traits.channels.map(\.name).prefix(2) == ["package-0", "package-1"])
  }

  @Test("A mask that is none is refused", arguments: badMasks)
  func badMask(text: String) throws {
    let system = try Self.tree(["\(folder)/cpumask": text + "\n"])
    let reason = PerfPowerMeter(root: system.root, counters: FakePerf()).availability().text
    #expect(reason.hasPrefix("\(folder)/cpumask holds \""), "\(reason)")
  }

  @Test(
    "Rights that are missing are named with what grants them", arguments: [EACCES, EPERM],
    [PerfPowerMeter.Scope.processor, .platform])
  func permission(error: Int32, scope: PerfPowerMeter.Scope) throws {
    let system = try Self.tree(["/proc/sys/kernel/perf_event_paranoid": "4\u{1b}[31m\n"])
    let perf = FakePerf()
    for (code, cpu) in [(2, 24), (5, 24)] { perf.refuse(UInt64(code), cpu: Int32(cpu), error) }
    let availability = PerfPowerMeter(root: system.root, scope: scope, counters: perf).availability()
    #expect(!availability.isAvailable)
    for words in [
      scope == .processor ? "power/energy-pkg/ on CPU 24" : "power/energy-psys/ on CPU 24",
      "/proc/sys/kernel/perf_event_paranoid holds 4", "sudo sysctl kernel.perf_event_paranoid=0", "CAP_PERFMON",
    ] { #expect(availability.text.contains(words), "\(availability.text)") }
    #expect(availability.text.utf8.count < 400)
    #expect(!availability.text.contains("\u{1b}"))
    // What was opened before the refusal is closed.
    #expect(perf.open.isEmpty)
  }

  @Test("A package that lacks what the others have is left out of that event, and never of energy-pkg")
  func absence() throws {
    let system = try Self.tree()
    let perf = FakePerf()
    perf.refuse(3, cpu: 0, EINVAL)
    perf.refuse(5, cpu: 0, EINVAL)
    let meter = PerfPowerMeter(root: system.root, counters: perf)
    #expect(meter.availability().text == "It covers package-0, package-1, package-1/dram.")
    // psys belongs to whichever package has it.
    let reader = try PerfPowerMeter(root: system.root, scope: .platform, counters: perf).open()
    #expect(reader.traits.channels.map(\.name) == ["psys"])
    #expect(perf.open == [.init(config: 5, cpu: 24)])
    perf.refuse(5, cpu: 24, ENODEV)
    let none = PerfPowerMeter(root: system.root, scope: .platform, counters: perf).availability()
    #expect(none.text.contains("power/energy-psys/ on CPU 0") && none.text.contains("Invalid argument"))
    perf.refuse(2, cpu: 24, EINVAL)
    #expect(meter.availability().text.contains("power/energy-pkg/ on CPU 24"))
  }

  @Test("Of several platform counters one is counted")
  func severalPlatforms() throws {
    let system = try Self.tree()
    let perf = FakePerf()
    let rig = MeterRig(PerfPowerMeter(root: system.root, scope: .platform, counters: perf), period: 1)
    rig.step(1) { for cpu in [0, 24] as [Int32] { perf.set(5, cpu: cpu, joules: 500) } }
    let energy = try #require(rig.energy().measured)
    #expect(energy.domains == [.init(name: "psys", joules: 500)])
    #expect(energy.parts == [.init(name: "package-1/psys", joules: 500)])
  }

  @Test("Counters are closed with their reader, and a reading that fails leaves the window unavailable")
  func failure() throws {
    let system = try Self.tree()
    let perf = FakePerf()
    let meter = PerfPowerMeter(root: system.root, counters: perf)
    var reader: (any MeterReader)? = try meter.open()
    #expect(perf.open.count == 4)
    #expect(try reader?.read().count == 1)
    reader = nil
    #expect(perf.open.isEmpty)
    let rig = MeterRig(meter, period: 1)
    rig.step(1) { perf.fail(ENODATA) }
    let reason = rig.energy().reason
    #expect(reason?.contains("power/energy-pkg/ on CPU 0 cannot be read any more") == true, "\(reason ?? "")")
  }

  @Test(
    "Definitions that make no sense are refused with their file",
    arguments: [
      ("type", "x"), ("type", "-1"), ("type", "4294967296"), ("events/energy-pkg", "0x02"),
      ("events/energy-pkg", "event=0x"), ("events/energy-pkg", "event=0x02,umask=1"),
      ("events/energy-pkg", "event=256"),
      ("events/energy-pkg.unit", "Watts"), ("events/energy-pkg.scale", "0"), ("events/energy-pkg.scale", "-1"),
      ("events/energy-pkg.scale", "nan"), ("events/energy-pkg.scale", "inf"), ("events/energy-pkg.scale", "2"),
      ("events/energy-pkg.scale", "1e-300"), ("events/energy-ram.scale", "\u{1b}[31m"),
    ])
  func definitions(file: String, text: String) throws {
    let system = try Self.tree(["\(folder)/\(file)": text + "\n"])
    let perf = FakePerf()
    let reason = PerfPowerMeter(root: system.root, counters: perf).availability().text
    #expect(reason.hasPrefix("\(folder)/\(file) holds \""), "\(reason)")
    #expect(!reason.contains("\u{1b}"))
    #expect(perf.open.isEmpty)
  }

  @Test("Machines without the unit or the event say so")
  func missing() throws {
    let none = try FakeMachine.virtualMachine.system()
    #expect(PerfPowerMeter(root: none.root).availability().text.contains("sudo modprobe rapl"))
    let server = try FakeMachine.amdServer.system()
    let psys = PerfPowerMeter(root: server.root, scope: .platform, counters: FakePerf())
    #expect(psys.availability().text.contains("\(folder)/events lists no energy-psys"))
  }

  @Test("A copy of a machine's files does not make this machine's counters its own")
  func copy() throws {
    let system = try Self.tree()
    let text = PerfPowerMeter(root: system.root).availability().text
    #expect(text.contains("is a copy below another root"))
  }

  @Test(
    "The kernel's own counters are read",
    .enabled(if: mayCount, "needs CAP_PERFMON, root, or perf_event_paranoid of at most 0"))
  func kernel() throws {
    // The software clock (type 1, event 0) counts nanoseconds on every machine: a made-up 1 W.
    let system = try Self.tree([
      "\(folder)/type": "1\n", "\(folder)/cpumask": "0\n", "\(folder)/events/energy-pkg": "event=0x00\n",
      "\(folder)/events/energy-pkg.scale": "1e-9\n",
    ])
    try system.remove("\(folder)/events/energy-ram")
    let rig = MeterRig(PerfPowerMeter(root: system.root, counters: SystemPerfCounters()), period: 1)
    rig.step(1) { usleep(2000) }
    let energy = try #require(rig.energy().measured)
    #expect(energy.joules >= 0.001)
  }
}

/// Whether this process may count on a whole CPU.
private let mayCount: Bool = {
  let counters = SystemPerfCounters()
  guard let counter = try? counters.open(type: 1, config: 0, cpu: 0) else { return false }
  counters.close(counter)
  return true
}()
