import MachineTestSupport
import Testing

/// A made-up machine: the files from which meters read, as real machines of its kind show them.
struct FakeMachine: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Absolute path to content.
  let files: [String: String]

  /// Writes the files.
  func system() throws -> FakeSystem { try FakeSystem(files.mapValues { $0 }) }

  /// A machine of several such parts.
  init(_ description: String, _ parts: [[String: String]]) {
    testDescription = description
    files = parts.reduce(into: ["/sys/kernel/notes": ""]) { $0.merge($1) { $1 } }
  }

  static let all = [intelServer, amdServer, laptop, virtualMachine]

  /// Two packages with memory, psys; nothing in hwmon but temperatures.
  static let intelServer = FakeMachine(
    "an Intel server",
    [
      powercap("0", "package-0"), powercap("0:0", "dram"), powercap("1", "package-1"), powercap("1:0", "dram"),
      powercap("2", "psys"),
      ["/sys/class/powercap/intel-rapl/enabled": "1\n"],
      perf(["energy-pkg": 2, "energy-ram": 3, "energy-psys": 5], cpus: "0,24", packages: [0: 0, 24: 1]),
      hwmon(0, "coretemp", ["temp1_input": "41000", "temp1_label": "Package id 0"]),
    ])

  /// Two packages without memory; sockets and cores in hwmon, and a power supply.
  static let amdServer = FakeMachine(
    "an AMD server",
    [
      powercap("0", "package-0"), powercap("0:0", "core"), powercap("1", "package-1"), powercap("1:0", "core"),
      ["/sys/class/powercap/intel-rapl/enabled": "1\n"],
      perf(["energy-pkg": 2], cpus: "0,64", packages: [0: 0, 64: 1]),
      hwmon(
        1, "amd_energy",
        [
          "energy1_input": "7000000", "energy1_label": "Ecore000", "energy2_input": "8000000",
          "energy2_label": "Ecore001", "energy3_input": "5000000000", "energy3_label": "Esocket0",
          "energy4_input": "6000000000", "energy4_label": "Esocket1",
        ]),
      hwmon(
        2, "pmbus",
        [
          "power1_input": "310000000", "power1_label": "pin", "power2_input": "290000000", "power2_label": "pout1",
          "in1_input": "230000",
        ]),
    ])

  /// A package with its parts, psys, a battery in use, a mouse with one of its own.
  static let laptop = FakeMachine(
    "a laptop",
    [
      powercap("0", "package-0"), powercap("0:0", "core"), powercap("0:1", "uncore"), powercap("1", "psys"),
      ["/sys/class/powercap/intel-rapl/enabled": "1\n"],
      perf(
        ["energy-pkg": 2, "energy-cores": 1, "energy-gpu": 4, "energy-psys": 5], cpus: "0", packages: [0: 0]),
      supply("AC", "Mains", ["online": "0"]),
      supply(
        "BAT0", "Battery",
        ["status": "Discharging", "present": "1", "power_now": "12340000", "voltage_now": "11800000"]),
      supply("hidpp_battery_0", "Battery", ["scope": "Device", "status": "Discharging", "online": "1"]),
      hwmon(4, "BAT0", ["in0_input": "11800", "curr1_input": "1046"]),
    ])

  /// No counters at all.
  static let virtualMachine = FakeMachine("a virtual machine", [])

  private static func powercap(_ zone: String, _ name: String) -> [String: String] {
    let folder = "/sys/class/powercap/intel-rapl:\(zone)"
    return [
      "\(folder)/name": name + "\n", "\(folder)/energy_uj": "123456789\n",
      "\(folder)/max_energy_range_uj": "262143328850\n",
    ]
  }

  /// The unit of the energy counters.
  ///
  /// - Parameters:
  ///   - events: names to codes.
  ///   - packages: CPUs to their packages.
  static func perf(_ events: [String: Int], cpus: String, packages: [Int: Int]) -> [String: String] {
    let folder = "/sys/bus/event_source/devices/power"
    var files = [
      "\(folder)/type": "26\n", "\(folder)/cpumask": cpus + "\n", "\(folder)/format/event": "config:0-7\n",
      "/proc/sys/kernel/perf_event_paranoid": "2\n",
    ]
    for (name, code) in events {
      files["\(folder)/events/\(name)"] = "event=0x0\(code)\n"
      files["\(folder)/events/\(name).unit"] = "Joules\n"
      files["\(folder)/events/\(name).scale"] = "2.3283064365386962890625e-10\n"
    }
    for (cpu, package) in packages {
      files["/sys/devices/system/cpu/cpu\(cpu)/topology/physical_package_id"] = "\(package)\n"
      files["/sys/devices/system/cpu/cpu\(cpu)/topology/die_id"] = "0\n"
    }
    return files
  }

  /// A sensor device.
  static func hwmon(_ number: Int, _ name: String, _ values: [String: String]) -> [String: String] {
    let folder = "/sys/class/hwmon/hwmon\(number)"
    var files = ["\(folder)/name": name + "\n"]
    for (file, value) in values { files["\(folder)/\(file)"] = value + "\n" }
    return files
  }

  /// A source of power.
  static func supply(_ name: String, _ type: String, _ values: [String: String]) -> [String: String] {
    let folder = "/sys/class/power_supply/\(name)"
    var files = ["\(folder)/type": type + "\n"]
    for (file, value) in values { files["\(folder)/\(file)"] = value + "\n" }
    return files
  }
}
