/// What `ipmitool dcmi power reading` says.
///
/// The lines are those of ipmitool 1.8.11 to 1.8.19 (lib/ipmi_dcmi.c); some versions leave out the end of the line of the time.
struct DCMIReading: Hashable {
  /// Watts now.
  let watts: Double
  /// Whether the controller measures.
  let isActive: Bool
  /// Seconds over which the least, greatest and mean power are taken; says nothing of the age of ``watts``.
  let samplingPeriod: Int

  /// Nil for what is no reading.
  init?(_ lines: [String]) {
    guard let power = Self.field("Instantaneous power reading:", lines), power.count == 2, power[1] == "Watts",
      let watts = Int(power[0]), (0...65535).contains(watts), power[0].allSatisfy(\.isNumber),
      let period = Self.field("Sampling period:", lines), period.count == 2, period[1] == "Seconds.",
      let seconds = Int(period[0]), seconds >= 0, let state = Self.field("Power reading state is:", lines),
      state.count == 1,
      state[0] == "activated" || state[0] == "deactivated"
    else { return nil }
    self.watts = Double(watts)
    isActive = state[0] == "activated"
    samplingPeriod = seconds
  }

  /// The words after a label.
  private static func field(_ label: String, _ lines: [String]) -> [Substring]? {
    for line in lines {
      guard let range = line.firstRange(of: label) else { continue }
      return line[range.upperBound...].split(whereSeparator: \.isWhitespace)
    }
    return nil
  }
}
