import Glibc

/// A battery of the machine, and what it gives at a moment.
///
/// Units and states: Linux, Documentation/ABI/testing/sysfs-class-power.
struct Battery: Hashable {
  let supply: PowerSupply

  /// No machine with a battery draws more, in watts.
  static let mostWatts = 10_000.0

  /// Its state, for example `Discharging`.
  func status(_ files: TextFile) throws(MeterFault) -> String { try files.text("\(supply.path)/status") }

  /// Watts that it gives, and the step of that value: firmware counts in milliwatts or milliamperes.
  func power(_ files: TextFile) throws(MeterFault) -> (watts: Double, step: Double) {
    let names = files.names(supply.path) ?? []
    if names.contains("power_now") {
      return (try magnitude("power_now", "a number of microwatts", most: Self.mostWatts, files), 0.001)
    }
    guard names.contains("current_now"), names.contains("voltage_now") else {
      throw MeterFault(
        "\(supply.path) has neither power_now nor current_now with voltage_now: this battery's firmware does not tell its "
          + "power."
      )
    }
    let volts = try magnitude("voltage_now", "a number of microvolts", most: 1000, files)
    let amperes = try magnitude("current_now", "a number of microamperes", most: 1000, files)
    return (volts * amperes, 0.001 * volts)
  }

  /// A value of millionths without its sign: some drivers give what leaves the battery a minus and others do not (Linux, commit
  /// 05f94eb98907).
  private func magnitude(_ file: String, _ what: String, most: Double, _ files: TextFile) throws(MeterFault) -> Double {
    let path = "\(supply.path)/\(file)"
    let value = try files.number(path, what).magnitude * 1e-6
    guard value <= most else { throw files.nonsense(path, "\(value * 1e6)", what) }
    return value
  }
}
