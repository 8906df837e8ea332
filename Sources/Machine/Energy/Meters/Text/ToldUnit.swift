/// Whether a source tells the power of the moment or counts energy up.
enum ToldUnit: String, Hashable, Sendable {
  case watts, joules

  /// Counters are told in joules with a fraction, and counted in microjoules.
  private static let unit = 1e-6
  /// No machine draws more, watts.
  static let mostWatts = 1e6

  /// A number in this unit as a value; nil where no machine has it.
  func value(_ number: Double) -> MeterSample.Value? {
    switch self {
    case .watts: number >= 0 && number <= Self.mostWatts ? .watts(number) : nil
    // Beyond 10^12 J microjoules are no longer exact in a `Double`, nor far from the end of the count.
    case .joules: number >= 0 && number <= 1e12 ? .count(UInt64((number / Self.unit).rounded())) : nil
    }
  }

  /// What a meter reads that says one such number after the other.
  ///
  /// Watts may be the mean since the number before, thus as old. A counter is true when it is told, and every moment is within
  /// half an interval of one when it was.
  ///
  /// - Parameters:
  ///   - interval: seconds between numbers.
  ///   - step: the least difference between numbers.
  func traits(channel: String, interval: Double, step: Double, scope: MeterScope, period: Double?) -> MeterTraits {
    switch self {
    case .watts:
      MeterTraits(
        channels: [.init(channel, .power, resolution: step)], scope: scope, updateInterval: interval, period: period)
    case .joules:
      MeterTraits(
        channels: [
          .init(
            channel, .counter(joules: Self.unit, range: .max, mostWatts: Self.mostWatts),
            resolution: max(step, Self.unit))
        ], scope: scope, updateInterval: interval / 2, period: period)
    }
  }
}
