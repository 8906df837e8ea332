import CLinux

/// Reads power or energy from a sensor device of the kernel's hardware monitoring.
///
/// What a device watches is known for few of them, and devices overlap (a supply and what hangs on it), so each is a
/// meter of its own, and of its channels only those are counted that surely do not overlap. Files and units: Linux,
/// Documentation/ABI/testing/sysfs-class-hwmon.
public struct HwmonMeter: Meter {
  /// Seconds between updates where the device does not say: as long as drivers keep what they have read (Linux,
  /// drivers/hwmon/occ/common.c, OCC_UPDATE_FREQUENCY; PMBus drivers before 5.10).
  static let usualInterval = 1.0
  /// Longer intervals are no statement; Dell's firmware, for one, says 2^32 - 1 ms for "unknown".
  static let mostInterval = 3600.0
  /// No machine draws more, in watts: firmware says 2^32 - 1 mW for "unknown".
  static let mostWatts = 1e6
  /// Nothing that one counter watches draws more, in watts.
  static let mostCountedWatts = 10_000.0
  /// Devices that are read, each by a thread of its own.
  static let mostDevices = 64
  /// Channels that are told beside the counted ones; each costs a file at each reading.
  static let mostParts = 16

  /// `hwmon-` and the driver's name, for example `hwmon-ina226`; with the device's number where several have that name.
  public let name: String

  private let files: TextFile
  private let device: HwmonDevice?
  private let clock: @Sendable () -> Int64

  /// A meter for each device below `root` that tells power or energy; a single unavailable one where there is none.
  public static func all(root: String = "/") -> [HwmonMeter] { all(root: root, clock: { clinux_clock_ns() }) }

  /// The same with a clock of nanoseconds.
  static func all(root: String, clock: @escaping @Sendable () -> Int64) -> [HwmonMeter] {
    let files = TextFile(root: root)
    let devices = (HwmonDevice.all(files) ?? []).prefix(Self.mostDevices)
    guard !devices.isEmpty else { return [HwmonMeter("hwmon", files, nil, clock)] }
    return devices.map { device in
      let isAlone = devices.count { $0.name == device.name } == 1
      return HwmonMeter("hwmon-\(device.name)" + (isAlone ? "" : "-\(device.number)"), files, device, clock)
    }
  }

  private init(_ name: String, _ files: TextFile, _ device: HwmonDevice?, _ clock: @escaping @Sendable () -> Int64) {
    (self.name, self.files, self.device, self.clock) = (name, files, device, clock)
  }

  /// Finds the channels. A counted one that cannot be read spoils the sum.
  public func open() throws(MeterFault) -> any MeterReader {
    guard let device else { throw absence }
    guard device.isThere(files), let names = files.names(device.path) else {
      throw MeterFault(
        "\(device.path) is not \(device.name) any more: the driver is gone or devices were numbered anew.")
    }
    let all = HwmonChannel.all(names)
    let labels = all.map { label($0, device, names) }
    var sensors: [HwmonSensor] = []
    for (channel, label) in zip(all, labels) where isCounted(channel, label, device, first: all.first) {
      sensors.append(try sensor(channel, label, device, names, isCounted: true))
    }
    guard !sensors.isEmpty else {
      throw MeterFault(
        "\(device.path) has no energy counter whose label begins with Esocket, which amd_energy gives sockets.")
    }
    // The counter of a core is in a register of that core, which would be interrupted at each reading.
    if !isAMD(device) {
      for (channel, label) in zip(all, labels).dropFirst().prefix(Self.mostParts) {
        // Nothing is missing where one of them cannot be read.
        guard let part = try? sensor(channel, label, device, names, isCounted: false), (try? part.value(files)) != nil
        else { continue }
        sensors.append(part)
      }
    }
    return HwmonReader(files, clock, device, sensors, traits(sensors, device))
  }

  private var absence: MeterFault {
    files.names(HwmonDevice.folder) == nil
      ? MeterFault(
        "\(HwmonDevice.folder) does not exist, so the kernel shows no sensors: most virtual machines and containers have none."
      )
      : MeterFault(
        "\(HwmonDevice.folder) lists no device with power or energy: such devices come with drivers like acpi_power_meter, "
          + "ina2xx or amd_energy where the machine has their hardware.")
  }

  /// The driver of AMD's counters, and the fork of it that ordinary users may read: github.com/BoukeHaarsma23/zenergy.
  private func isAMD(_ device: HwmonDevice) -> Bool { ["amd_energy", "zenergy"].contains(device.name) }

  /// Of AMD's counters those of sockets, which contain the cores. Of other devices the first channel alone: it is the
  /// input of a power supply (PMBus, before its outputs), the whole card (xe, before its package), the whole system (OCC),
  /// and nobody tells whether further ones are parts of it.
  private func isCounted(_ channel: HwmonChannel, _ label: String?, _ device: HwmonDevice, first: HwmonChannel?) -> Bool
  {
    isAMD(device) ? channel.kind == .energy && label?.hasPrefix("Esocket") == true : channel == first
  }

  private func label(_ channel: HwmonChannel, _ device: HwmonDevice, _ names: [String]) -> String? {
    let file = "\(channel.stem)_label"
    guard names.contains(file), let text = files.optionalText("\(device.path)/\(file)") else { return nil }
    let label = ForeignText.shown(text)
    return label.isEmpty ? nil : label
  }

  private func sensor(
    _ channel: HwmonChannel, _ label: String?, _ device: HwmonDevice, _ names: [String], isCounted: Bool
  ) throws(MeterFault) -> HwmonSensor {
    let isLabelEnough = isAMD(device)
    let name = label.map { isLabelEnough ? $0 : "\(channel.stem) (\($0))" } ?? channel.stem
    var interval: Double?
    if channel.kind == .average {
      interval = try milliseconds("\(channel.stem)_average_interval", device, names)
    }
    if interval == nil { interval = try milliseconds("update_interval", device, names) }
    return HwmonSensor(
      name: name, path: "\(device.path)/\(channel.file)", kind: channel.kind, isCounted: isCounted,
      // The registers behind it are updated once a millisecond (Linux 5.10, Documentation/hwmon/amd_energy.rst).
      interval: isAMD(device) ? 0.001 : interval ?? Self.usualInterval,
      error: channel.kind == .energy ? 0 : try accuracy("\(channel.stem)_accuracy", device, names))
  }

  /// An interval in seconds; nil where the device does not say.
  private func milliseconds(_ file: String, _ device: HwmonDevice, _ names: [String]) throws(MeterFault) -> Double? {
    guard names.contains(file), files.optionalText("\(device.path)/\(file)") != nil else { return nil }
    let number = try files.count("\(device.path)/\(file)", "a whole number of milliseconds")
    let seconds = Double(number) / 1000
    return number > 0 && seconds <= Self.mostInterval ? max(seconds, 0.001) : nil
  }

  /// The share by which values may be off; 0 where the device does not say.
  ///
  /// Firmware says either how far off they can be (5 %) or how right they are (95 %): no meter is off by half.
  private func accuracy(_ file: String, _ device: HwmonDevice, _ names: [String]) throws(MeterFault) -> Double {
    guard names.contains(file), let text = files.optionalText("\(device.path)/\(file)") else { return 0 }
    guard let percent = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), (0...100).contains(percent) else {
      throw files.nonsense("\(device.path)/\(file)", text, "a percentage")
    }
    return min(percent, 100 - percent) / 100
  }

  private func traits(_ sensors: [HwmonSensor], _ device: HwmonDevice) -> MeterTraits {
    let isAMD = isAMD(device)
    let counted = sensors.filter(\.isCounted)
    return MeterTraits(
      channels: sensors.map { sensor in
        let quantity: MeterTraits.Quantity =
          switch sensor.kind {
          case .energy:
            // Drivers count on in 64 bits.
            .counter(
              joules: 1e-6, range: .max, mostWatts: isAMD ? PowercapMeter.mostWatts : Self.mostCountedWatts)
          case .average: .meanPower
          case .input: .power
          }
        // The steps of other devices are not told; their files' are this fine.
        return MeterTraits.Channel(
          sensor.name, quantity, isCounted: sensor.isCounted, resolution: isAMD ? PowercapMeter.resolution : 1e-6)
      },
      scope: isAMD ? .processor : device.name == "power_meter" ? .platform : .part,
      updateInterval: counted.map(\.interval).max() ?? Self.usualInterval,
      relativeError: counted.map(\.error).max() ?? 0)
  }
}
