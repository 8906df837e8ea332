import MachineTestSupport
import Testing

@testable import Energy

/// The meters that must be listed of a machine, with what they cover or with words of the reason.
private struct Listing: Sendable, CustomTestStringConvertible {
  let machine: FakeMachine
  let meters: [(name: String, words: String)]

  var testDescription: String { machine.testDescription }

  static let copy = "is a copy below another root"

  static let all = [
    Listing(
      machine: .intelServer,
      meters: [
        ("powercap-rapl", "It covers package-0, package-1, package-0/dram, package-1/dram."),
        ("powercap-psys", "It covers psys."), ("perf-power", copy), ("perf-psys", copy),
        ("battery", "/sys/class/power_supply does not exist"), ("hwmon", "lists no device with power or energy"),
      ]),
    Listing(
      machine: .amdServer,
      meters: [
        ("powercap-rapl", "It covers package-0, package-1."), ("powercap-psys", "no RAPL domain named psys"),
        ("perf-power", copy), ("perf-psys", "events lists no energy-psys"),
        ("battery", "/sys/class/power_supply does not exist"), ("hwmon-amd_energy", "It covers Esocket0, Esocket1."),
        ("hwmon-pmbus", "It covers power1 (pin)."),
      ]),
    Listing(
      machine: .laptop,
      meters: [
        ("powercap-rapl", "It covers package-0."), ("powercap-psys", "It covers psys."), ("perf-power", copy),
        ("perf-psys", copy), ("battery", "It covers BAT0."), ("hwmon", "lists no device with power or energy"),
      ]),
    Listing(
      machine: .virtualMachine,
      meters: [
        ("powercap-rapl", "/sys/class/powercap does not exist"),
        ("powercap-psys", "/sys/class/powercap does not exist"),
        ("perf-power", "/sys/bus/event_source/devices/power does not exist"),
        ("perf-psys", "/sys/bus/event_source/devices/power does not exist"),
        ("battery", "/sys/class/power_supply does not exist"), ("hwmon", "/sys/class/hwmon does not exist"),
      ]),
  ]
}

/// A file of a machine.
private struct Garbage: Sendable, CustomTestStringConvertible {
  let machine: FakeMachine
  let path: String

  var testDescription: String { "\(path) of \(machine.testDescription)" }

  static let all = FakeMachine.all.flatMap { machine in
    machine.files.keys.sorted().map { Garbage(machine: machine, path: $0) }
  }

  static let contents = [
    "", "\n", "garbage", "-1", "0", "1.5", "nan", "inf", "1e308", "0x10", "18446744073709551615",
    "18446744073709551616",
    "\u{1b}[31m\u{7}\u{0}", String(repeating: "9", count: 5000), String(repeating: "0,", count: 2048), "0-4294967295",
    "event=0xff", "💥",
  ]
}

@Suite("EnergyMeters")
struct EnergyMetersTests {
  /// The meters that read files of the machine.
  private static func local(_ root: String) throws -> [any Meter] {
    try EnergyMeters.all(MeterSettings(root: root), clock: HurriedClock().next).filter { meter in
      ["powercap", "perf", "hwmon", "battery"].contains { meter.name.hasPrefix($0) }
    }
  }

  @Test("Every meter of a machine is listed, available or with the reason", arguments: Listing.all)
  fileprivate func listings(listing: Listing) throws {
    let system = try listing.machine.system()
    let meters = try Self.local(system.root)
    #expect(meters.map(\.name).sorted() == listing.meters.map(\.name).sorted())
    for (name, words) in listing.meters {
      let text = meters.first { $0.name == name }?.availability().text ?? ""
      #expect(text.contains(words), "\(name): \(text)")
    }
  }

  /// Whatever a file holds: no trap, no control characters, no endless sentence, no energy that is none.
  @Test("Garbage in any file is survived, before and while a meter is read", arguments: Garbage.all)
  fileprivate func garbage(garbage: Garbage) throws {
    let system = try garbage.machine.system()
    let original = try #require(garbage.machine.files[garbage.path])
    let perf = FakePerf()
    func meters() throws -> [any Meter] {
      try Self.local(system.root).filter { !$0.name.hasPrefix("perf") }
        + [.processor, .platform].map { PerfPowerMeter(root: system.root, scope: $0, counters: perf) }
    }
    func check(_ text: String) {
      #expect(text.utf8.count < 400 && text.hasSuffix("."), "\(text)")
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }, "\(text)")
    }
    let rigs = try meters().map { MeterRig($0, period: 20) }
    for content in Garbage.contents {
      try system.write(garbage.path, content)
      for meter in try meters() { check(meter.availability().text) }
      for rig in rigs { rig.step(20) }
    }
    try system.write(garbage.path, original)
    for rig in rigs {
      for _ in 0..<3 { rig.step(20) }
      for event in rig.events { check(event.text) }
      switch rig.energy() {
      case .measured(let energy):
        #expect(energy.joules > 0 && energy.joules.isFinite && energy.uncertaintyJoules.isFinite)
      case .unavailable(let reason): check(reason)
      case .modelled: Issue.record("A meter does not model.")
      }
    }
  }

  @Test("Folders that vanish while meters read them leave windows unavailable", arguments: FakeMachine.all)
  func vanishing(machine: FakeMachine) throws {
    let system = try machine.system()
    let rigs = try Self.local(system.root).map { MeterRig($0, period: 1) }
    for folder in ["/sys/class", "/sys/bus", "/sys/devices"]
    where machine.files.keys.contains(where: { $0.hasPrefix(folder) }) {
      try system.remove(folder)
    }
    for rig in rigs {
      for _ in 0..<60 { rig.step(1) }
      #expect(rig.energy().measured == nil)
    }
  }
}
