import MachineTestSupport
import Synchronization
import Testing

@testable import Energy

private let folder = "/sys/class/power_supply"

/// A machine that is not running from its battery, or whose battery does not tell, and what must be said.
private struct Refusal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let says: [String]
  let cause: @Sendable (FakeSystem) throws -> Void

  init(_ description: String, says: [String], cause: @escaping @Sendable (FakeSystem) throws -> Void) {
    testDescription = description
    self.says = says
    self.cause = cause
  }

  static let all = [
    Refusal("plugged in", says: ["\(folder)/AC/online says that AC powers the machine", "unplug"]) {
      try $0.write("\(folder)/AC/online", "1\n")
    },
    Refusal("powered by USB", says: ["ucsi-source-psy-USBC000:001/online", "unplug"]) {
      try $0.write("\(folder)/ucsi-source-psy-USBC000:001/type", "USB\n")
      try $0.write("\(folder)/ucsi-source-psy-USBC000:001/online", "2\n")
    },
    Refusal("charging", says: ["BAT0/status says Charging", "unplug"]) {
      try $0.write("\(folder)/BAT0/status", "Charging\n")
    },
    Refusal("full", says: ["BAT0/status does not say Discharging", "unplug"]) {
      try $0.write("\(folder)/BAT0/status", "Full\n")
    },
    Refusal("nonsense for a state", says: ["BAT0/status does not say Discharging"]) {
      try $0.write("\(folder)/BAT0/status", "\u{1b}[31mDischarging\n")
    },
    Refusal("one of two charging", says: ["BAT1/status says Charging"]) {
      for (file, text) in [("type", "Battery"), ("status", "Charging"), ("power_now", "5")] {
        try $0.write("\(folder)/BAT1/\(file)", text)
      }
    },
    Refusal("no state", says: ["BAT0/status cannot be read"]) { try $0.remove("\(folder)/BAT0/status") },
    Refusal("no type", says: ["BAT0/type cannot be read"]) { try $0.remove("\(folder)/BAT0/type") },
    Refusal("no power", says: ["\(folder)/BAT0 has neither power_now nor current_now with voltage_now"]) {
      try $0.remove("\(folder)/BAT0/power_now")
    },
    Refusal("nonsense for power", says: ["BAT0/power_now holds \"a[31m\""]) {
      try $0.write("\(folder)/BAT0/power_now", "a\u{1b}[31m")
    },
    Refusal("no number", says: ["BAT0/power_now holds"]) { try $0.write("\(folder)/BAT0/power_now", "nan") },
    Refusal("more than any machine draws", says: ["BAT0/power_now holds"]) {
      try $0.write("\(folder)/BAT0/power_now", "99999999999999")
    },
    Refusal("nonsense for online", says: ["AC/online holds \"yes\""]) { try $0.write("\(folder)/AC/online", "yes") },
    Refusal("an empty bay", says: ["\(folder) lists no battery of this machine"]) {
      try $0.write("\(folder)/BAT0/present", "0\n")
    },
    Refusal("a mouse's battery alone", says: ["\(folder) lists no battery of this machine"]) {
      try $0.remove("\(folder)/BAT0")
    },
    Refusal("a name that garbles the terminal", says: ["whose name (BAT[1m"]) {
      try $0.write("\(folder)/BAT\u{1b}[1m/type", "Battery")
    },
    Refusal("no supplies", says: ["\(folder) does not exist"]) { try $0.remove(folder) },
  ]
}

/// A clock that tests set.
private final class Clock: Sendable {
  private let time = Mutex<Int64>(0)
  var now: Int64 { time.withLock { $0 } }
  func pass(_ seconds: Double) { time.withLock { $0 += Int64(seconds * 1e9) } }
}

@Suite("BatteryMeter")
struct BatteryMeterTests {
  private static func second(_ system: FakeSystem, _ status: String, power: String) throws {
    for (file, text) in [("type", "Battery"), ("status", status), ("power_now", power)] {
      try system.write("\(folder)/BAT1/\(file)", text + "\n")
    }
  }

  @Test("Power is integrated over windows of at least two updates")
  func energy() throws {
    let system = try FakeMachine.laptop.system()
    let meter = BatteryMeter(root: system.root)
    #expect(meter.name == "battery")
    #expect(meter.availability() == .available(covers: "It covers BAT0."))
    let rig = MeterRig(meter)
    for _ in 0..<29 { rig.step(1) }
    #expect(rig.energy().reason?.contains("too short for battery") == true)
    for _ in 0..<31 { rig.step(1) }
    let energy = try #require(rig.energy().measured)
    #expect(energy.domains.map(\.name) == ["BAT0"])
    #expect(abs(energy.joules - 60 * 12.34) < 1e-6)
    // Half a milliwatt; the power did not change, so that its age does not matter.
    #expect(abs(energy.uncertaintyJoules - 0.03) < 1e-6)
    #expect(rig.traits?.scope == .battery)
    #expect(rig.traits?.period == 1)
  }

  @Test("Current times voltage where the firmware tells no power", arguments: ["1250000", "-1250000"])
  func current(current: String) throws {
    let system = try FakeMachine.laptop.system()
    try system.remove("\(folder)/BAT0/power_now")
    try system.write("\(folder)/BAT0/current_now", current)
    try system.write("\(folder)/BAT0/voltage_now", "12000000")
    let rig = MeterRig(BatteryMeter(root: system.root))
    for _ in 0..<60 { rig.step(1) }
    let energy = try #require(rig.energy().measured)
    #expect(abs(energy.joules - 900) < 1e-6)
    // Half of 1 mA x 12 V.
    #expect(abs(energy.uncertaintyJoules - 0.36) < 1e-6)
  }

  @Test("Several batteries are one sum, also where one of them rests, and told apart")
  func several() throws {
    let system = try FakeMachine.laptop.system()
    try Self.second(system, "Unknown", power: "0")
    let rig = MeterRig(BatteryMeter(root: system.root))
    for _ in 0..<60 { rig.step(1) }
    try Self.second(system, "Discharging", power: "-2000000")
    for _ in 0..<60 { rig.step(1) }
    let energy = try #require(rig.energy().measured)
    #expect(energy.domains.map(\.name) == ["BAT0+BAT1"])
    #expect(abs(energy.joules - (120 * 12.34 + 59.5 * 2 + 0.5 * 2)) < 1.001)
    #expect(energy.parts?.map(\.name) == ["BAT0", "BAT1"])
    #expect(energy.parts?.map { $0.joules.rounded() } == [1481, 119])
  }

  @Test("While something else powers the machine there is no energy", arguments: Refusal.all)
  fileprivate func refusals(refusal: Refusal) throws {
    let system = try FakeMachine.laptop.system()
    let meter = BatteryMeter(root: system.root)
    let rig = MeterRig(meter)
    for _ in 0..<40 { rig.step(1) }
    try refusal.cause(system)
    let availability = meter.availability()
    #expect(!availability.isAvailable)
    for words in refusal.says { #expect(availability.text.contains(words), "\(availability.text)") }
    #expect(!availability.text.contains("\u{1b}"))
    #expect(availability.text.utf8.count < 400)
    rig.step(1)
    #expect(rig.energy().measured == nil)
    #expect(rig.events.last?.kind == .fault)
  }

  @Test("A window over a moment at the plug is unavailable, however short the moment")
  func pluggedIn() throws {
    let clock = Clock()
    let system = try FakeMachine.laptop.system()
    let rig = MeterRig(BatteryMeter(root: system.root, clock: { clock.now }))
    func run(_ seconds: Int) {
      for _ in 0..<seconds {
        clock.pass(1)
        rig.step(1)
      }
    }
    run(100)
    try system.write("\(folder)/AC/online", "1\n")
    run(1)
    try system.write("\(folder)/AC/online", "0\n")
    run(59)
    #expect(rig.energy().measured == nil)
    #expect(rig.events.map(\.text).contains { $0.contains("need time to settle") })
    let begin = rig.time + 2_000_000_000
    run(100)
    // Before and after it all is well, and over it nothing.
    #expect(rig.energy(from: 1_000_000_000, to: 100_000_000_000).measured != nil)
    #expect(rig.energy(from: begin).measured != nil)
    #expect(rig.energy().reason?.contains("was not read for") == true)
  }

  @Test("Batteries that come and go spoil the sum")
  func changes() throws {
    let system = try FakeMachine.laptop.system()
    let rig = MeterRig(BatteryMeter(root: system.root))
    for _ in 0..<40 { rig.step(1) }
    try Self.second(system, "Discharging", power: "2000000")
    rig.step(1)
    #expect(rig.energy().reason?.contains("The batteries of \(folder) changed") == true)
  }

  @Test("Settling takes longer than a trace bridges")
  func settling() throws {
    let system = try FakeMachine.laptop.system()
    let reader = try BatteryMeter(root: system.root).open()
    let trace = PowerTrace(source: "battery", traits: reader.traits, period: 0.05)
    #expect(BatteryMeter.settling > trace.longestGap)
  }
}
