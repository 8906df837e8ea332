/// An energy event as the folder of a performance monitoring unit defines it.
struct PerfEvent: Hashable {
  /// Where the unit of the energy counters is.
  static let folder = "/sys/bus/event_source/devices/power"

  /// For example `energy-pkg`.
  let name: String
  /// Its code for perf_event_open(2).
  let config: UInt64
  /// Joules a count.
  let joules: Double

  /// Reads the event's code, unit and scale.
  init(_ name: String, _ files: TextFile) throws(MeterFault) {
    let path = "\(Self.folder)/events/\(name)"
    let text = try files.text(path)
    let code = text.hasPrefix("event=") ? text.dropFirst(6) : ""
    let config = code.hasPrefix("0x") ? UInt64(code.dropFirst(2), radix: 16) : UInt64(code)
    // The unit's format has 8 bits for it, and no other field.
    guard let config, config <= 0xff else { throw files.nonsense(path, text, "an event such as event=0x02") }
    let unit = try files.text(path + ".unit")
    guard unit == "Joules" else { throw files.nonsense(path + ".unit", unit, "the unit Joules") }
    let joules = try files.number(path + ".scale", "a scale in joules")
    guard joules > 1e-15, joules <= 1 else {
      throw files.nonsense(path + ".scale", "\(joules)", "a scale of at most 1 J")
    }
    (self.name, self.config, self.joules) = (name, config, joules)
  }

  /// The unit's number for perf_event_open(2).
  static func type(_ files: TextFile) throws(MeterFault) -> UInt32 {
    let path = "\(folder)/type"
    let text = try files.text(path)
    guard let type = UInt32(text) else { throw files.nonsense(path, text, "the unit's number") }
    return type
  }
}
