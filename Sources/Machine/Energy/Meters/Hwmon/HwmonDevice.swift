/// A sensor device that tells power or energy, as /sys/class/hwmon lists it.
struct HwmonDevice: Hashable {
  /// Where devices are.
  static let folder = "/sys/class/hwmon"

  /// N of `hwmonN`, which may be another at the next start of the machine.
  let number: Int
  /// The folder of its files: old drivers keep them with the device behind `hwmonN`.
  let path: String
  /// What its driver calls it, for example `ina226`. For Linux it has no dash, white space or asterisk; here it has nothing but
  /// letters, digits, `_` and `.`.
  let name: String

  /// Devices with at least one value of power or energy, by their numbers; nil where the kernel lists none at all.
  static func all(_ files: TextFile) -> [HwmonDevice]? {
    guard let listed = files.names(folder) else { return nil }
    return listed.compactMap { entry in
      guard entry.hasPrefix("hwmon"), let number = number(entry.dropFirst(5)) else { return nil }
      for path in ["\(folder)/\(entry)", "\(folder)/\(entry)/device"] {
        guard let names = files.names(path), names.contains("name") else { continue }
        guard !HwmonChannel.all(names).isEmpty else { return nil }
        let name = files.optionalText("\(path)/name").map(plain) ?? ""
        return HwmonDevice(number: number, path: path, name: name.isEmpty ? entry : name)
      }
      return nil
    }
  }

  /// Whether the device that was found still has its place: another may have taken it.
  func isThere(_ files: TextFile) -> Bool {
    let now = files.optionalText("\(path)/name").map(Self.plain) ?? ""
    return (now.isEmpty ? "hwmon\(number)" : now) == name
  }

  /// A number of few digits; nil for anything else.
  static func number(_ digits: some StringProtocol) -> Int? {
    guard (1...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(digits)
  }

  private static func plain(_ name: String) -> String {
    String(ForeignText.shown(name).map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "_" })
  }
}
