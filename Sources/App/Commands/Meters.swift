import Energy
import HostState

/// The machine's energy meters as `assay doctor` lists them.
enum Meters {
  /// Why no meter can be read; nil where one can.
  static var whyNone: String? {
    let availability = EnergyMeters.preferred().availability()
    return availability.isAvailable ? nil : availability.text
  }

  static func facts() -> [HostFacts.Meter] {
    EnergyMeters.all().map { meter in
      let availability = meter.availability()
      return HostFacts.Meter(name: meter.name, isAvailable: availability.isAvailable, reason: availability.text)
    }
  }
}
