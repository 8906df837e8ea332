/// A source of power as /sys/class/power_supply lists it.
struct PowerSupply: Hashable {
  /// Where supplies are.
  static let folder = "/sys/class/power_supply"

  /// The driver's name for it, for example `BAT0`.
  let name: String
  /// Whether it is a battery; otherwise it brings power from outside.
  let isBattery: Bool

  /// The folder of its files.
  var path: String { "\(Self.folder)/\(name)" }

  /// Those that power the machine: mice and pens have batteries, and chargers, too (`scope` is Device; source: Linux, commit
  /// 25a0bc2dfc2e), and a bay can be empty.
  static func all(_ files: TextFile) throws(MeterFault) -> [PowerSupply] {
    guard let listed = files.names(folder) else {
      throw MeterFault("\(folder) does not exist, so the kernel shows no battery.")
    }
    guard listed.count <= 100 else { throw MeterFault("\(folder) lists more than 100 supplies, which no machine has.") }
    var supplies: [PowerSupply] = []
    for name in listed {
      guard ForeignText.isFit(name) else {
        throw MeterFault(
          "\(folder) lists a supply whose name (\(ForeignText.shown(name))...) is too long or not printable.")
      }
      let path = "\(folder)/\(name)"
      guard files.optionalText("\(path)/scope") != "Device", files.optionalText("\(path)/present") != "0" else {
        continue
      }
      let type = try files.text("\(path)/type")
      supplies.append(PowerSupply(name: name, isBattery: type == "Battery"))
    }
    return supplies
  }

  /// Whether it brings power from outside now. USB ports and chargers that never say so do not.
  func isOnline(_ files: TextFile) throws(MeterFault) -> Bool {
    guard !isBattery, files.optionalText("\(path)/online") != nil else { return false }
    return try files.count("\(path)/online", "0, 1 or 2") > 0
  }
}
