import Energy
import HostState

/// The machine's energy meters as `assay doctor` lists them.
enum Meters {
  static func facts() -> [HostFacts.Meter] {
    EnergyMeters.all().map { meter in
      let availability = meter.availability()
      return HostFacts.Meter(name: meter.name, isAvailable: availability.isAvailable, reason: availability.text)
    }
  }
}
