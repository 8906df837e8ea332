/// A processor package (or die) whose energy is counted, and the CPU on which it is asked for.
struct PerfPackage: Hashable {
  /// As powercap calls it: `package-0`, or `package-0-die-1` where a package has several that are counted.
  let name: String
  /// OS index.
  let cpu: Int32

  /// The most CPUs that a mask may name; more than Linux can have.
  private static let mostCPUs = 65536

  /// What the unit's mask names, each package once.
  ///
  /// The mask has one CPU for each part with counters of its own: a package, or a die where dies count apart (Linux,
  /// arch/x86/events/rapl.c). Since Linux 7.0 it can have all CPUs of each package instead (commit 525e0064f3d8), each of which
  /// counts the whole package: adding them all up would multiply it.
  static func all(_ files: TextFile) throws(MeterFault) -> [PerfPackage] {
    let path = "\(PerfEvent.folder)/cpumask"
    let text = try files.text(path)
    guard let cpus = numbers(text), !cpus.isEmpty else { throw files.nonsense(path, text, "a list of CPUs") }
    var places: [(cpu: Int32, package: UInt64, die: UInt64)] = []
    for cpu in cpus {
      let topology = "/sys/devices/system/cpu/cpu\(cpu)/topology"
      let package = try files.count("\(topology)/physical_package_id", "the number of a package")
      // Dies are told since Linux 5.2.
      let die = files.optionalText("\(topology)/die_id").flatMap { UInt64($0) } ?? 0
      places.append((cpu, package, die))
    }
    let isWhole = Set(places.map { [$0.package, $0.die] }).count < places.count
    let isSplit = !isWhole && Set(places.map(\.package)).count < places.count
    var packages: [PerfPackage] = []
    for place in places {
      let name = "package-\(place.package)" + (isSplit ? "-die-\(place.die)" : "")
      if !packages.contains(where: { $0.name == name }) { packages.append(PerfPackage(name: name, cpu: place.cpu)) }
    }
    return packages
  }

  /// The numbers of a list such as `0-3,8`; nil where it is none.
  static func numbers(_ text: String) -> [Int32]? {
    var numbers: [Int32] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, 0 <= first, first <= last,
        Int(last) < mostCPUs, numbers.count + Int(last - first) < mostCPUs
      else { return nil }
      numbers += first...last
    }
    return numbers
  }
}
