import CLinux

/// Reads what the machine's batteries give while nothing else powers it.
///
/// That is the whole machine with its screen, behind the losses of its power adapter. Batteries do not overlap and are
/// added. Their values are old: a meter for windows of minutes.
public struct BatteryMeter: Meter {
  /// Seconds between updates; no firmware says. Twice the 8 s seen on a laptop whose values were smoothed on top
  /// (https://www.amas.sh/power-readings-desmoothed).
  static let updateInterval = 15.0
  /// Seconds between readings: each may ask the embedded controller, which disturbs what is measured.
  static let period = 1.0
  /// Seconds after a power adapter has gone in which values are not believed. It must be longer than the gap that a trace
  /// bridges; powerstat(8) even waits for 180 s before it believes a battery.
  static let settling = 60.0

  /// `battery`.
  public let name = "battery"

  private let files: TextFile
  private let clock: @Sendable () -> Int64

  /// Makes a meter that reads the files below `root`.
  public init(root: String = "/") { self.init(root: root, clock: { clinux_clock_ns() }) }

  /// The same with a clock of nanoseconds.
  init(root: String, clock: @escaping @Sendable () -> Int64) {
    files = TextFile(root: root)
    self.clock = clock
  }

  /// Finds the batteries. One whose power cannot be read spoils the sum.
  public func open() throws(MeterFault) -> any MeterReader {
    let batteries = try Self.batteries(files)
    var step = 0.0
    for battery in batteries { step += try battery.power(files).step }
    return Reader(files, clock, batteries, step: step)
  }

  /// The batteries while they alone power the machine.
  fileprivate static func batteries(_ files: TextFile) throws(MeterFault) -> [Battery] {
    let supplies = try PowerSupply.all(files)
    let batteries = supplies.filter(\.isBattery).map { Battery(supply: $0) }
    guard !batteries.isEmpty else {
      throw MeterFault("\(PowerSupply.folder) lists no battery of this machine.")
    }
    for supply in supplies where try supply.isOnline(files) {
      throw MeterFault(
        "\(supply.path)/online says that \(supply.name) powers the machine: unplug it to measure from the battery.")
    }
    var isDischarging = false
    for battery in batteries {
      let status = try battery.status(files)
      guard status != "Charging" else {
        throw MeterFault("\(battery.supply.path)/status says Charging: unplug the machine to measure from the battery.")
      }
      if status == "Discharging" { isDischarging = true }
    }
    guard isDischarging else {
      throw MeterFault(
        "\(batteries[0].supply.path)/status does not say Discharging, nor does another battery: unplug the machine "
          + "to measure from the battery.")
    }
    return batteries
  }

  private final class Reader: MeterReader {
    let traits: MeterTraits
    private let files: TextFile
    private let clock: @Sendable () -> Int64
    private let batteries: [Battery]
    /// When something else than the batteries was last seen to power the machine.
    private var unsettled: Int64?

    init(_ files: TextFile, _ clock: @escaping @Sendable () -> Int64, _ batteries: [Battery], step: Double) {
      (self.files, self.clock, self.batteries) = (files, clock, batteries)
      let names = batteries.map(\.supply.name)
      // One that is not in use gives 0 W, which is right for it, and wrong for the machine: the sum is one channel.
      var channels = [MeterTraits.Channel(names.joined(separator: "+"), .power, resolution: step)]
      if names.count > 1 {
        channels += names.map { MeterTraits.Channel($0, .power, isCounted: false, resolution: step) }
      }
      traits = MeterTraits(
        channels: channels, scope: .battery, updateInterval: BatteryMeter.updateInterval, period: BatteryMeter.period)
    }

    func read() throws(MeterFault) -> [MeterSample] {
      do throws(MeterFault) {
        guard try BatteryMeter.batteries(files) == batteries else {
          throw MeterFault("The batteries of \(PowerSupply.folder) changed, so their sum cannot be compared.")
        }
      } catch {
        unsettled = clock()
        throw error
      }
      if let unsettled, clock() - unsettled < Int64(BatteryMeter.settling * 1e9) {
        throw MeterFault(
          "\(PowerSupply.folder) showed another source of power less than \(PowerTrace.text(BatteryMeter.settling)) s ago: "
            + "the batteries' values need time to settle.")
      }
      var watts: [Double] = []
      for battery in batteries { watts.append(try battery.power(files).watts) }
      let sum = MeterSample.Value.watts(watts.reduce(0, +))
      return [MeterSample(values: watts.count > 1 ? [sum] + watts.map { .watts($0) } : [sum])]
    }
  }
}
