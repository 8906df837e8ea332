/// Reads a device's sensors, whose files it holds open.
final class HwmonReader: MeterReader {
  /// Seconds between looks whether the device is still there and the open files are its own.
  static let lookInterval = 1.0

  let traits: MeterTraits
  private let files: TextFile
  private let clock: @Sendable () -> Int64
  private let device: HwmonDevice
  private let sensors: [HwmonSensor]
  private var held: [HeldFile?]
  private var nextLook = Int64.min

  init(
    _ files: TextFile, _ clock: @escaping @Sendable () -> Int64, _ device: HwmonDevice, _ sensors: [HwmonSensor],
    _ traits: MeterTraits
  ) {
    (self.files, self.clock, self.device, self.sensors, self.traits) = (files, clock, device, sensors, traits)
    held = sensors.map { _ in nil }
  }

  func read() throws(MeterFault) -> [MeterSample] {
    if clock() >= nextLook { try look() }
    var values: [MeterSample.Value] = []
    values.reserveCapacity(sensors.count)
    do throws(MeterFault) {
      for (sensor, held) in zip(sensors, held) { values.append(try sensor.value(files, held: held)) }
    } catch {
      nextLook = .min
      throw error
    }
    return [MeterSample(values: values)]
  }

  private func look() throws(MeterFault) {
    guard device.isThere(files) else {
      throw MeterFault(
        "\(device.path) is not \(device.name) any more: the driver is gone or devices were numbered anew.")
    }
    held = sensors.map { $0.held(files) }
    nextLook = clock() + Int64(Self.lookInterval * 1e9)
  }
}
