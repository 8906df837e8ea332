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
  /// Each is read once a second; a rack's worth of packages has fewer.
  private static let mostZones = 1000
  private static let help =
    "run as root, or let everybody read the counters with `sudo chmod a+r \(folder)/*/energy_uj`"

  /// All zones, each domain once: the same domain can be listed by the register interface (`intel-rapl`) and by the
  /// memory-mapped one (`intel-rapl-mmio`), and would be counted twice.
  static func all(_ files: TextFile) throws(MeterFault) -> [PowercapZone] {
    guard let listed = files.names(folder) else {
      throw MeterFault(
        "\(folder) does not exist, so the kernel shows no RAPL counters: most virtual machines and containers "
          + "have none; on bare metal `sudo modprobe intel_rapl_msr` loads the driver.")
    }
    guard listed.count <= mostZones else {
      throw MeterFault("\(folder) lists more than \(mostZones) domains, which no machine has.")
    }
    var zones: [PowercapZone] = []
    var names: [String: String] = [:]
    for prefix in ["intel-rapl:", "intel-rapl-mmio:"] {
      let known = Set(zones.map(\.domain))
      // Parents sort before their children, whose numbers are longer.
      for entry in listed where entry.hasPrefix(prefix) {
        let path = "\(folder)/\(entry)"
        let name = try files.text(path + "/name")
        guard ForeignText.isFit(name) else {
          throw files.nonsense(path + "/name", name, "a domain's name")
        }
        names[entry] = name
        let parent = entry.split(separator: ":").dropLast().joined(separator: ":")
        // A package is a domain of its own, also below psys; everything else is told apart by where it lies.
        let domain = name.hasPrefix("package") ? name : names[parent].map { "\($0)/\(name)" } ?? name
        if !known.contains(domain) { zones.append(PowercapZone(path: path, name: name, domain: domain)) }
      }
    }
    return zones
  }

  /// The largest value of the counter, in microjoules.
  func range(_ files: TextFile) throws(MeterFault) -> UInt64 {
    try files.count(path + "/max_energy_range_uj", "a whole number of microjoules")
  }

  /// The counter's file, held open; nil where it cannot be opened.
  func held(_ files: TextFile) -> HeldFile? { HeldFile("\(files.root)\(path)/energy_uj") }

  /// The counter now, in microjoules.
  ///
  /// - Parameter held: its file; without one, and where it tells none, the file is opened, which gives the reason.
  func count(_ files: TextFile, range: UInt64, held: HeldFile? = nil) throws(MeterFault) -> UInt64 {
    let value: UInt64
    if let number = held?.number() {
      value = number
    } else {
      value = try files.count(path + "/energy_uj", "a whole number of microjoules", help: Self.help)
    }
    guard range > 0, value <= range else {
      throw MeterFault(
        "\(path)/energy_uj holds \(value), which is beyond its range of \(range): the driver contradicts "
          + "itself, so its counts cannot be used.")
    }
    return value
  }
}
