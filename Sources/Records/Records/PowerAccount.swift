import Energy

/// What was read of the machine's power around all rounds of a record.
public struct PowerAccount: Codable, Hashable, Sendable {
  /// What the machine drew while nothing was measured, before the first round, by every meter; nil where nobody asked for it.
  public var idleBefore: [MeteredWindow]?
  /// The same after the last round.
  public var idleAfter: [MeteredWindow]?
  /// What reading the meters cost; nil where none was read.
  public var monitor: MonitorAccount?

  /// Makes an account.
  public init(idleBefore: [MeteredWindow]? = nil, idleAfter: [MeteredWindow]? = nil, monitor: MonitorAccount? = nil) {
    self.idleBefore = idleBefore
    self.idleAfter = idleAfter
    self.monitor = monitor
  }

  /// Why a meter did not tell what the idle machine draws, though it was asked; nil where it did.
  public func whyNoIdle(of source: String) -> String? {
    guard idleWatts(of: source) == nil else { return nil }
    return ((idleBefore ?? []) + (idleAfter ?? [])).lazy.filter { $0.source == source }.compactMap { window in
      if case .unavailable(let reason) = window.energy { reason } else { nil }
    }.first
  }

  /// Watts of the idle machine by a meter: the mean of what was read before and after, and half of what the two are apart (with one
  /// alone, its uncertainty); nil where the meter told neither.
  public func idleWatts(of source: String) -> (watts: Double, reach: Double)? {
    let readings = [idleBefore, idleAfter].compactMap { windows -> (Double, Double)? in
      guard let window = windows?.first(where: { $0.source == source }), case .measured(let energy) = window.energy,
        energy.seconds > 0
      else { return nil }
      return (energy.joules / energy.seconds, energy.uncertaintyJoules / energy.seconds)
    }
    guard let first = readings.first else { return nil }
    guard readings.count > 1 else { return (first.0, first.1) }
    let second = readings[1]
    return ((first.0 + second.0) / 2, abs(first.0 - second.0) / 2 + max(first.1, second.1))
  }
}
