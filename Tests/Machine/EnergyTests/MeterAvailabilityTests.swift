import Energy
import Glibc
import MachineTestSupport
import Testing

/// A way in which a machine can have no readable counter, and the words that must be said about it.
struct Fault: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let says: [String]
  let cause: @Sendable (FakePowercap) throws -> Void

  init(_ description: String, says: [String], cause: @escaping @Sendable (FakePowercap) throws -> Void) {
    testDescription = description
    self.says = says
    self.cause = cause
  }

  static let counter = "/sys/class/powercap/intel-rapl:1/energy_uj"

  static let all: [Fault] = [
    .init("no powercap at all", says: ["/sys/class/powercap does not exist", "modprobe"]) {
      try $0.system.remove("/sys/class/powercap")
    },
    .init("no zones", says: ["no RAPL domain named package"]) {
      try $0.system.remove("/sys/class/powercap")
      try $0.system.write("/sys/class/powercap/intel-rapl/enabled", "1")
    },
    .init("no package", says: ["no RAPL domain named package"]) {
      try $0.system.remove("/sys/class/powercap")
      try $0.system.write("/sys/class/powercap/intel-rapl:0/name", "psys")
    },
    .init("counter missing", says: [counter, "No such file"]) { try $0.system.remove(counter) },
    .init("counter a dangling link", says: [counter, "No such file"]) {
      try $0.system.remove(counter)
      try $0.system.link(counter, to: "/nowhere")
    },
    .init("counter a directory", says: [counter, "cannot be read"]) {
      try $0.system.remove(counter)
      try $0.system.write(counter, nil)
    },
    .init("counter a loop of links", says: [counter, "Too many levels"]) {
      try $0.system.remove(counter)
      try $0.system.link(counter, to: $0.system.root + counter)
    },
    .init("the folder a loop of links", says: ["/sys/class/powercap does not exist"]) {
      try $0.system.remove("/sys/class/powercap")
      try $0.system.link("/sys/class/powercap", to: $0.system.root + "/sys/class/powercap")
    },
    .init("counter a pipe", says: [counter, "\"\""]) {
      try $0.system.remove(counter)
      mkfifo($0.system.root + counter, 0o600)
    },
    .init("counter without an end", says: [counter]) {
      try $0.system.remove(counter)
      try $0.system.link(counter, to: "/dev/zero")
    },
    .init("more domains than any machine has", says: ["more than 1000 domains"]) {
      for number in 0..<1001 { try $0.system.write("/sys/class/powercap/other:\(number)/x", "") }
    },
    .init("dram's counter missing", says: ["intel-rapl:0:2/energy_uj"]) {
      try $0.system.remove("/sys/class/powercap/intel-rapl:0:2/energy_uj")
    },
    .init("range missing", says: ["intel-rapl:0/max_energy_range_uj"]) {
      try $0.system.remove("/sys/class/powercap/intel-rapl:0/max_energy_range_uj")
    },
    .init("name missing", says: ["intel-rapl:0/name"]) {
      try $0.system.remove("/sys/class/powercap/intel-rapl:0/name")
    },
    .init("name garbage", says: ["intel-rapl:1/name holds \"a[31mred\""]) {
      try $0.system.write("/sys/class/powercap/intel-rapl:1/name", "a\u{1b}[31mred\n")
    },
    .init("name empty", says: ["intel-rapl:1/name holds \"\""]) {
      try $0.system.write("/sys/class/powercap/intel-rapl:1/name", "\n")
    },
    .init("name endless", says: ["intel-rapl:1/name holds"]) {
      try $0.system.write("/sys/class/powercap/intel-rapl:1/name", String(repeating: "9", count: 5000))
    },
    .init("garbage", says: [counter, "\"a[31mred\""]) { try $0.system.write(counter, "a\u{1b}[31mred\n") },
    .init("empty", says: [counter, "\"\""]) { try $0.system.write(counter, "") },
    .init("negative", says: [counter, "\"-5\""]) { try $0.system.write(counter, "-5\n") },
    .init("a fraction", says: [counter, "\"1.5\""]) { try $0.system.write(counter, "1.5\n") },
    .init("too large a number", says: [counter]) { try $0.system.write(counter, "99999999999999999999999\n") },
    .init("a long line", says: [counter]) { try $0.system.write(counter, String(repeating: "9", count: 100_000)) },
    .init("beyond its range", says: [counter, "beyond its range"]) { try $0.system.write(counter, "\(UInt64.max)\n") },
    .init("range 0", says: ["beyond its range"]) {
      try $0.system.write("/sys/class/powercap/intel-rapl:1/max_energy_range_uj", "0\n")
      try $0.system.write(counter, "0\n")
    },
  ]
}

@Suite("MeterAvailability")
struct MeterAvailabilityTests {
  @Test("Each fault makes the meter unavailable, from the question to the reading, and is named", arguments: Fault.all)
  func faults(fault: Fault) throws {
    let powercap = try FakePowercap.twoPackages()
    let rig = MeterRig(powercap.meter(), period: 1)
    try rig.step(1) { try fault.cause(powercap) }
    let availability = powercap.meter().availability()
    #expect(!availability.isAvailable)
    for words in fault.says { #expect(availability.text.contains(words), "\(availability.text)") }
    #expect(!availability.text.contains("\u{1b}"))
    #expect(availability.text.utf8.count < 400)
    // In a window that is being measured it is no less a fault.
    #expect(rig.energy().measured == nil)
    // And what cannot be opened says the same of every window.
    let late = MeterRig(powercap.meter(), period: 1)
    late.step(1)
    #expect(late.energy().measured == nil)
  }

  @Test(
    "Counters that only root may read, as on every recent system, say how to get at them",
    .enabled(if: geteuid() != 0, "root may read everything"))
  func permission() throws {
    let powercap = try FakePowercap.twoPackages()
    chmod(powercap.system.root + Fault.counter, 0)
    let text = powercap.meter().availability().text
    #expect(text.contains(Fault.counter))
    #expect(text.contains("run as root"))
    #expect(text.contains("sudo chmod a+r"))
  }

  @Test("A machine without psys says so")
  func noPlatform() throws {
    let powercap = try FakePowercap(["intel-rapl:0": ("package-0", 5)])
    #expect(powercap.meter(.platform).availability().text.contains("no RAPL domain named psys"))
  }

  /// What every meter owes its callers, whatever the machine.
  @Test("Every meter on this machine keeps the protocol's promises")
  func promises() throws {
    for meter in try EnergyMeters.all() {
      let availability = meter.availability()
      #expect(!meter.name.isEmpty)
      #expect(availability.text.hasSuffix("."))
      let rig = MeterRig(meter)
      rig.step(1)
      if availability.isAvailable {
        // The clock is made up, so the figure says nothing; but it must not be 0 J.
        if let energy = rig.energy().measured { #expect(energy.joules > 0 && energy.uncertaintyJoules > 0) }
      } else {
        #expect(rig.energy() == .unavailable(reason: availability.text))
      }
    }
  }
}
