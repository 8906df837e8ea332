import CLinux
import Glibc

/// A RAPL domain as /sys/class/powercap shows it.
struct PowercapZone: Hashable {
  /// The folder's path below the root, for example `/sys/class/powercap/intel-rapl:0`.
  let path: String
  /// The driver's name for it: `package-0`, `core`, `uncore`, `dram`, `psys`.
  let name: String
  /// The name with its package in front where the driver's own is not unique, for example `package-0/dram`.
  let domain: String

  /// Where zones are.
  static let folder = "/sys/class/powercap"

  /// Why a zone cannot be read: a sentence.
  struct Failure: Error, Hashable {
    let reason: String
  }

  /// All zones below `root`, each domain once: the same domain can be listed by the register interface (`intel-rapl`)
  /// and by the memory-mapped one (`intel-rapl-mmio`), and would be counted twice.
  static func all(root: String) throws(Failure) -> [PowercapZone] {
    guard let listed = names(in: root + folder) else {
      throw Failure(
        reason: "\(folder) does not exist, so the kernel shows no RAPL counters: most virtual machines and containers "
          + "have none; on bare metal `sudo modprobe intel_rapl_msr` loads the driver.")
    }
    var zones: [PowercapZone] = []
    var names: [String: String] = [:]
    for prefix in ["intel-rapl:", "intel-rapl-mmio:"] {
      let known = Set(zones.map(\.domain))
      // Parents sort before their children, whose numbers are longer.
      for entry in listed where entry.hasPrefix(prefix) {
        let path = "\(folder)/\(entry)"
        names[entry] = try text(root: root, path + "/name")
        guard let name = names[entry] else { continue }
        let parent = entry.split(separator: ":").dropLast().joined(separator: ":")
        // A package is a domain of its own, also below psys; everything else is told apart by where it lies.
        let domain = name.hasPrefix("package") ? name : names[parent].map { "\($0)/\(name)" } ?? name
        if !known.contains(domain) { zones.append(PowercapZone(path: path, name: name, domain: domain)) }
      }
    }
    return zones
  }

  /// The counter now, in microjoules.
  func counter(root: String) throws(Failure) -> EnergyMark.Counter {
    let range = try Self.number(root: root, path + "/max_energy_range_uj")
    let value = try Self.number(root: root, path + "/energy_uj")
    guard range > 0, value <= range else {
      throw Failure(
        reason: "\(path)/energy_uj holds \(value), which is beyond its range of \(range): the driver contradicts "
          + "itself, so its counts cannot be used.")
    }
    return EnergyMark.Counter(domain: domain, value: value, range: range)
  }

  private static func number(root: String, _ path: String) throws(Failure) -> UInt64 {
    let text = try text(root: root, path)
    guard let number = UInt64(text) else {
      // Control characters would garble the terminal.
      let shown = String(text.unicodeScalars.filter { $0.isASCII && $0.value >= 32 && $0.value < 127 }.prefix(40))
      throw Failure(reason: "\(path) holds \"\(shown)\" where a whole number of microjoules should be.")
    }
    return number
  }

  /// A file's text without white space at its ends.
  private static func text(root: String, _ path: String) throws(Failure) -> String {
    var length: Int64 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      length = clinux_read_file(root + path, base, buffer.count)
      count = Int(max(0, length))
    }
    guard length >= 0 else {
      let error = Int32(truncatingIfNeeded: -length)
      let help =
        error == EACCES || error == EPERM
        ? ": run as root, or let everybody read the counters with `sudo chmod a+r \(folder)/*/energy_uj`." : "."
      throw Failure(reason: "\(path) cannot be read (\(String(cString: strerror(error))))\(help)")
    }
    let isBlank: (UInt8) -> Bool = { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 9 }
    let trimmed = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: Array(trimmed), as: UTF8.self)
  }

  /// Names in a directory in order, or nil where it cannot be read.
  private static func names(in path: String) -> [String]? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.sorted { ($0.count, $0) < ($1.count, $1) }
  }
}
