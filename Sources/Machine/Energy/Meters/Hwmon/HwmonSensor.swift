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

  /// Its file, held open; nil where it cannot be opened.
  func held(_ files: TextFile) -> HeldFile? { HeldFile(files.root + path) }

  /// The value now.
  ///
  /// - Parameter held: its file; without one, and where it tells none, the file is opened, which gives the reason.
  func value(_ files: TextFile, held: HeldFile? = nil) throws(MeterFault) -> MeterSample.Value {
    let number: UInt64
    if let held = held?.number() {
      number = held
    } else {
      number = try files.count(
        path, kind == .energy ? "a whole number of microjoules" : "a whole number of microwatts",
        help: "run as root, or let everybody read it with `sudo chmod a+r \(path)`")
    }
    guard kind != .energy else { return .count(number) }
    let watts = Double(number) * 1e-6
    guard watts <= HwmonMeter.mostWatts else {
      throw files.nonsense(path, "\(number)", "the microwatts of a machine")
    }
    return .watts(watts)
  }
}
