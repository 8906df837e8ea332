/// A channel of a device that is being read.
struct HwmonSensor: Hashable {
  /// For tables.
  let name: String
  /// Its file.
  let path: String
  /// What the file tells.
  let kind: HwmonChannel.Kind
  /// Whether it is part of the sum.
  let isCounted: Bool
  /// Seconds between updates.
  let interval: Double
  /// The share by which it may be off.
  let error: Double

  /// The value now.
  func value(_ files: TextFile) throws(MeterFault) -> MeterSample.Value {
    let help = "run as root, or let everybody read it with `sudo chmod a+r \(path)`"
    guard kind != .energy else {
      return .count(try files.count(path, "a whole number of microjoules", help: help))
    }
    let microwatts = try files.count(path, "a whole number of microwatts", help: help)
    let watts = Double(microwatts) * 1e-6
    guard watts <= HwmonMeter.mostWatts else {
      throw files.nonsense(path, "\(microwatts)", "the microwatts of a machine")
    }
    return .watts(watts)
  }
}
