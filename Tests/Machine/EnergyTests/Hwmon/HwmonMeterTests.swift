import Glibc
import MachineTestSupport
import Testing

@testable import Energy

private let folder = "/sys/class/hwmon"

/// Files of a device, and what must be read of it.
private struct Choice: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let files: [String: String]
  /// Counted ones first.
  let channels: [String]
  let quantity: MeterTraits.Quantity
  let interval: Double
  var error = 0.0

  static let energy = MeterTraits.Quantity.counter(joules: 1e-6, range: .max, mostWatts: 10_000)

  static let all = [
    Choice(
      testDescription: "energy before an average before the moment",
      files: ["energy1_input": "5", "power1_average": "7", "power1_input": "9"], channels: ["energy1"],
      quantity: energy,
      interval: 1),
    Choice(
      testDescription: "an average before the moment",
      files: ["power1_average": "7000000", "power1_input": "9", "power1_average_interval": "300"], channels: ["power1"],
      quantity: .meanPower, interval: 0.3),
    Choice(
      testDescription: "the moment, updated as the chip says",
      files: ["power1_input": "9000000", "update_interval": "140"],
      channels: ["power1"], quantity: .power, interval: 0.14),
    Choice(
      testDescription: "a faster update than can be", files: ["power1_input": "9000000", "update_interval": "0"],
      channels: ["power1"], quantity: .power, interval: 1),
    Choice(
      testDescription: "an interval that means unknown",
      files: ["power1_average": "9000000", "power1_average_interval": "4294967295"], channels: ["power1"],
      quantity: .meanPower, interval: 1),
    Choice(
      testDescription: "the first of several, with labels, in the order of their numbers",
      files: [
        "power2_input": "8000000", "power2_label": "pout1", "power1_input": "9000000", "power1_label": "pin",
        "power10_input": "5",
      ], channels: ["power1 (pin)", "power2 (pout1)", "power10"], quantity: .power, interval: 1),
    Choice(
      testDescription: "how far off it can be", files: ["power1_average": "9000000", "power1_accuracy": "5.0%"],
      channels: ["power1"], quantity: .meanPower, interval: 1, error: 0.05),
    Choice(
      testDescription: "how right it is", files: ["power1_average": "9000000", "power1_accuracy": "98.5%"],
      channels: ["power1"], quantity: .meanPower, interval: 1, error: 0.015),
    Choice(
      testDescription: "parts that cannot be read are left out",
      files: ["power1_input": "9000000", "power2_input": "x", "power3_input": "-4", "power4_input": "6"],
      channels: ["power1", "power4"], quantity: .power, interval: 1),
    Choice(
      testDescription: "no more parts than are worth their cost",
      files: Dictionary(uniqueKeysWithValues: (1...40).map { ("power\($0)_input", "1000000") }),
      channels: (1...17).map { "power\($0)" }, quantity: .power, interval: 1),
    Choice(
      testDescription: "names that only look like channels",
      files: [
        "power1_input": "9000000", "power_input": "1", "power1_input_highest": "2", "powerx_input": "3",
        "power99999999999999999999_input": "4", "power+2_input": "5", "power1_max": "6",
      ], channels: ["power1"], quantity: .power, interval: 1),
  ]
}

@Suite("HwmonMeter")
struct HwmonMeterTests {
  private static func machine(_ devices: [[String: String]]) throws -> FakeSystem {
    try FakeMachine("devices", devices).system()
  }

  @Test("What is read of a device", arguments: Choice.all)
  fileprivate func choices(choice: Choice) throws {
    let system = try Self.machine([FakeMachine.hwmon(3, "ina226", choice.files)])
    let meters = HwmonMeter.all(root: system.root)
    try #require(meters.map(\.name) == ["hwmon-ina226"])
    let reader = try meters[0].open()
    #expect(reader.traits.channels.map(\.name) == choice.channels)
    #expect(reader.traits.channels.map(\.isCounted) == choice.channels.indices.map { $0 == 0 })
    #expect(reader.traits.channels.first?.quantity == choice.quantity)
    #expect(reader.traits.updateInterval == choice.interval)
    #expect(abs(reader.traits.relativeError - choice.error) < 1e-12)
    #expect(reader.traits.scope == .part)
    #expect(try reader.read().first?.values.count == choice.channels.count)
  }

  @Test("Sockets of AMD are counted; cores are not even read, which would interrupt them")
  func amd() throws {
    let system = try FakeMachine.amdServer.system()
    // Nobody looks at it.
    try system.write("\(folder)/hwmon1/energy1_input", "garbage")
    let meter = try #require(HwmonMeter.all(root: system.root).first { $0.name == "hwmon-amd_energy" })
    #expect(meter.availability() == .available(covers: "It covers Esocket0, Esocket1."))
    let rig = MeterRig(meter, period: 1)
    try rig.step(1) {
      try system.write("\(folder)/hwmon1/energy3_input", "5100000000")
      try system.write("\(folder)/hwmon1/energy4_input", "6060000000")
    }
    let energy = try #require(rig.energy().measured)
    #expect(energy.source == "hwmon-amd_energy")
    #expect(energy.domains.map { $0.joules.rounded() } == [100, 60])
    #expect(energy.parts == nil)
    #expect(abs(energy.uncertaintyJoules - (0.32 + 2.0 / 16384)) < 1e-9)
    #expect(rig.traits?.scope == .processor)
  }

  @Test("Every device is a meter, told apart by its number where names are the same; others are not listed")
  func list() throws {
    let power = ["power1_input": "5000000"]
    let system = try Self.machine([
      FakeMachine.hwmon(0, "coretemp", ["temp1_input": "40000"]), FakeMachine.hwmon(10, "ina226", power),
      FakeMachine.hwmon(2, "ina226", power), FakeMachine.hwmon(3, "power_meter", power),
      FakeMachine.hwmon(4, "a-b \u{1b}[1m*", power), FakeMachine.hwmon(5, "\u{7f}", power),
      ["\(folder)/other/power1_input": "1", "\(folder)/other/name": "x", "\(folder)/hwmonx/name": "y"],
    ])
    #expect(
      HwmonMeter.all(root: system.root).map(\.name)
        == ["hwmon-ina226-2", "hwmon-power_meter", "hwmon-a_b__1m_", "hwmon-hwmon5", "hwmon-ina226-10"])
  }

  @Test("The files of old drivers are found behind the device; firmware's meter is one of the platform")
  func oldDriver() throws {
    let path = "\(folder)/hwmon6/device"
    let system = try FakeSystem([
      "\(path)/name": "power_meter\n", "\(path)/power1_average": "120000000\n",
      "\(path)/power1_average_interval": "1000\n",
      "\(path)/power1_accuracy": "1.0%\n", "\(path)/power1_is_battery": "0\n",
    ])
    let meters = HwmonMeter.all(root: system.root)
    try #require(meters.map(\.name) == ["hwmon-power_meter"])
    let rig = MeterRig(meters[0])
    for _ in 0..<20 { rig.step(1) }
    let energy = try #require(rig.energy().measured)
    #expect(abs(energy.joules - 2400) < 1e-6)
    #expect(abs(energy.uncertaintyJoules - 24) < 1e-3)
    #expect(rig.traits?.scope == .platform)
    #expect(MeterListing(meters[0]).relativeError == 0.01 && MeterListing(meters[0]).accuracy == "within 1 %")
    try system.remove(path)
    #expect(MeterListing(meters[0]).accuracy == "" && MeterListing(meters[0]).relativeError == nil)
  }

  @Test("Machines without such devices say so, once")
  func none() throws {
    let machine = try FakeMachine.virtualMachine.system()
    let meters = HwmonMeter.all(root: machine.root)
    #expect(meters.map(\.name) == ["hwmon"])
    #expect(meters[0].availability().text.contains("/sys/class/hwmon does not exist"))
    let server = try FakeMachine.intelServer.system()
    #expect(
      HwmonMeter.all(root: server.root).map { $0.availability().text.contains("lists no device with power") } == [true])
  }

  @Test("A device that goes, or whose place another takes, leaves the window unavailable", arguments: [false, true])
  func vanishing(isReplaced: Bool) throws {
    let system = try Self.machine([FakeMachine.hwmon(2, "ina226", ["power1_input": "5000000"])])
    let meter = HwmonMeter.all(root: system.root, clock: HurriedClock().next)[0]
    let rig = MeterRig(meter, period: 1)
    try rig.step(1) {
      if isReplaced {
        try system.write("\(folder)/hwmon2/name", "amdgpu\n")
      } else {
        try system.remove("\(folder)/hwmon2")
      }
    }
    let words = "/sys/class/hwmon/hwmon2 is not ina226 any more"
    #expect(rig.energy().reason?.contains(words) == true, "\(rig.energy())")
    #expect(meter.availability().text.contains(words))
    #expect(rig.events.map(\.kind) == [.fault])
  }

  @Test(
    "What makes no sense is refused with its file",
    arguments: [
      ("energy1_input", "-1"), ("energy1_input", "18446744073709551616"), ("energy1_input", "1.5"),
      ("energy1_input", "\u{1b}[31m"), ("power1_average", "-2000000"), ("power1_average", "nan"),
      ("power1_average", ""),
      // Firmware's "unknown", 2^32 - 1 mW.
      ("power1_average", "4294967295000"), ("power1_input", "1e6"), ("power1_accuracy", "good"),
      ("power1_accuracy", "-1%"), ("power1_accuracy", "101%"), ("power1_accuracy", "nan%"),
      ("power1_average_interval", "soon"), ("update_interval", "-1"),
    ])
  func nonsense(file: String, text: String) throws {
    var files = [file: text]
    if !file.hasSuffix("_input"), file != "power1_average" { files["power1_average"] = "5000000" }
    let system = try Self.machine([FakeMachine.hwmon(2, "some", files)])
    let availability = HwmonMeter.all(root: system.root)[0].availability()
    #expect(!availability.isAvailable)
    #expect(availability.text.hasPrefix("\(folder)/hwmon2/\(file) holds \""), "\(availability.text)")
    #expect(!availability.text.contains("\u{1b}"))
  }

  @Test("Whether the device is still there is looked at once a second, and its files are held open meanwhile")
  func held() throws {
    let system = try Self.machine([
      FakeMachine.hwmon(2, "ina226", ["power1_input": "5000000", "energy2_input": "7"])
    ])
    let clock = TestClock()
    let reader = try HwmonMeter.all(root: system.root, clock: { clock.now })[0].open()
    #expect(try reader.read().map(\.values) == [[.watts(5), .count(7)]])
    #expect(openFiles().filter { $0.hasPrefix(system.root) }.count == 2)
    try system.write("\(folder)/hwmon2/power1_input", "6000000\n")
    #expect(try reader.read().map(\.values) == [[.watts(6), .count(7)]])
    try system.write("\(folder)/hwmon2/power1_input", "6e6\n")
    let fault = #expect(throws: MeterFault.self) { try reader.read() }
    #expect(fault?.reason.contains("power1_input holds \"6e6\"") == true)
    try system.write("\(folder)/hwmon2/power1_input", "4\n")
    _ = try reader.read()
    try system.remove("\(folder)/hwmon2")
    clock.pass(0.9)
    _ = try reader.read()
    clock.pass(0.2)
    #expect(throws: MeterFault.self) { try reader.read() }
    #expect(openFiles().filter { $0.hasPrefix(system.root) }.count == 2)
  }

  @Test("A folder of more devices than any machine has makes no more meters than can be read")
  func many() throws {
    let system = try FakeSystem()
    for number in 0..<100 {
      for (file, text) in FakeMachine.hwmon(number, "ina226", ["power1_input": "5"]) { try system.write(file, text) }
    }
    let names = HwmonMeter.all(root: system.root).map(\.name)
    #expect(names.count == 64 && Set(names).count == 64)
  }

  @Test("0 W is what no running part draws")
  func zero() throws {
    let system = try Self.machine([FakeMachine.hwmon(2, "some", ["power1_input": "0"])])
    let rig = MeterRig(HwmonMeter.all(root: system.root)[0])
    for _ in 0..<10 { rig.step(1) }
    #expect(rig.energy().reason?.contains("says 0 W of power1") == true)
  }

  @Test(
    "Counters that only root may read say how to get at them", .enabled(if: geteuid() != 0, "root may read everything"))
  func permission() throws {
    let system = try FakeMachine.amdServer.system()
    let file = "\(folder)/hwmon1/energy3_input"
    chmod(system.root + file, 0)
    let text = HwmonMeter.all(root: system.root)[0].availability().text
    #expect(text.contains("\(file) cannot be read"))
    #expect(text.contains("run as root") && text.contains("sudo chmod a+r \(file)"))
  }
}
