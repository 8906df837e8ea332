// What reading meters costs: seconds of CPU a reading and the share of a core, of a server with two packages (eight RAPL domains
// and a hwmon channel, made up in a temporary folder), and whether a thread that computes on another core is slower meanwhile.
//
// usage: swift run -c release meter-cost [SECONDS]     40 unless told; windows with and without the monitor take turns

import CLinux
import Energy
import Foundation

/// A made-up /sys of a server; the counters stand still, which costs as much to read.
func makeServer() throws -> URL {
  let root = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "meter-cost-\(getpid())")
  func write(_ path: String, _ text: String) throws {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("\(text)\n".utf8).write(to: file)
  }
  for package in 0..<2 {
    for (suffix, name) in [("", "package-\(package)"), (":0", "core"), (":1", "uncore"), (":2", "dram")] {
      let zone = "sys/class/powercap/intel-rapl:\(package)\(suffix)"
      try write("\(zone)/name", name)
      try write("\(zone)/max_energy_range_uj", "262143328850")
      try write("\(zone)/energy_uj", "1234567890")
    }
  }
  try write("sys/class/hwmon/hwmon0/name", "ina226")
  try write("sys/class/hwmon/hwmon0/power1_input", "42000000")
  return root
}

/// Additions that this thread does in some seconds.
func work(for seconds: Double) -> Double {
  let end = clinux_clock_ns() + Int64(seconds * 1e9)
  var (rounds, value) = (0, UInt64(1))
  while clinux_clock_ns() < end {
    for _ in 0..<10_000 { value = value &* 6_364_136_223_846_793_005 &+ 1 }
    rounds += 1
  }
  return value == 0 ? 0 : Double(rounds)
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 40
let root = try makeServer()
defer { try? FileManager.default.removeItem(at: root) }
var cpus = [CInt](repeating: 0, count: 4096)
let pus = cpus.withUnsafeMutableBufferPointer { buffer -> [Int] in
  let count = Int(clinux_get_affinity(buffer.baseAddress!, CInt(buffer.count)))
  return buffer.prefix(count).map { Int($0) }
}
let meters = EnergyMeters.found(MeterSettings(root: root.path)).filter { $0.availability().isAvailable }
print("meters: \(meters.map(\.name).joined(separator: ", "))")
withUnsafePointer(to: CInt(pus[0])) { _ = clinux_set_affinity($0, 1) }
_ = work(for: 0.2)
var ratios: [Double] = []
var accounts: [MonitorAccount] = []
let window = 4.0
for _ in 0..<max(Int(seconds / 2 / window), 1) {
  let alone = work(for: window)
  let monitor = try PowerMonitor(meters, cores: pus.map { [$0] }, outside: [pus[0]])
  let metered = work(for: window)
  monitor.end()
  accounts.append(monitor.account)
  ratios.append(metered / alone)
}
let readings = accounts.reduce(0) { $0 + $1.readings }
let cpu = accounts.reduce(0) { $0 + $1.cpuSeconds + ($1.childSeconds ?? 0) }
let wall = accounts.reduce(0) { $0 + $1.seconds }
let place = accounts.allSatisfy(\.isApart) ? "outside of the measured PU" : "on the measured PU, as there is no other"
func text(_ value: Double, _ decimals: Int) -> String { value.formatted(.number.precision(.fractionLength(decimals))) }
print(
  "\(readings) readings in \(text(wall, 1)) s, \(place): \(text(cpu / Double(readings) * 1e6, 1)) us each, "
    + "\(text(cpu / wall * 100, 3)) % of one core (goal: below 0.5 %)")
ratios.sort()
print("speed of the measured PU with the meters over that without: median \(text(ratios[ratios.count / 2], 4))")
