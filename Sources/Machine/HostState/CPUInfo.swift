import Topology

/// The first processor of /proc/cpuinfo, and the clock of all of them.
struct CPUInfo {
  private var fields: [Substring: String] = [:]
  /// Feature flags: `flags` on x86, `Features` on Arm.
  let flags: Set<String>
  /// `cpu MHz` of every processor that has it.
  let megahertz: [Double]

  /// Reads /proc/cpuinfo; every field is unknown where that is missing.
  init(files: SystemFiles) {
    var megahertz: [Double] = []
    var flags: Set<String> = []
    for line in (files.text("/proc/cpuinfo") ?? "").split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = parts[0].split { $0 == " " || $0 == "\t" }.joined(separator: " ")[...]
      let words = parts[1].split(separator: " ")
      if key == "cpu MHz" {
        if let value = words.first.flatMap({ Double($0) }), value.isFinite, value > 0 { megahertz.append(value) }
      }
      guard fields[key] == nil else { continue }
      if key == "flags" || key == "Features" { flags = Set(words.map { String($0) }) }
      fields[key] = words.joined(separator: " ")
    }
    self.flags = flags
    self.megahertz = megahertz
  }

  /// A field of the first processor, nil where it is missing or empty.
  subscript(key: Substring) -> String? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }

  /// Family, model and stepping; on Arm implementer, part and revision.
  var signature: String? {
    for keys in [["cpu family", "model", "stepping"], ["CPU implementer", "CPU part", "CPU revision"]] as [[Substring]]
    {
      let values = keys.compactMap { self[$0] }
      if values.count == keys.count { return values.joined(separator: "/") }
    }
    return nil
  }
}
