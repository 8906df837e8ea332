import Energy
import HostState

/// The machine's energy meters as `assay doctor` lists them.
enum Meters {
  /// Why no meter can be read; nil where one can.
  static func whyNone(_ meters: [any Meter]) -> String? {
    var reason: String?
    for meter in meters {
      let availability = meter.availability()
      if availability.isAvailable { return nil }
      reason = reason ?? availability.text
    }
    return reason ?? "Assay was built without energy meters."
  }

  static func facts() -> [HostFacts.Meter] {
    ((try? EnergyMeters.all()) ?? []).map { meter in
      let availability = meter.availability()
      return HostFacts.Meter(name: meter.name, isAvailable: availability.isAvailable, reason: availability.text)
    }
  }
}
