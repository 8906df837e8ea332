import Energy

/// What every meter said of a window: the preferred reading, and all of them where there are several.
public struct EnergyReadings: Hashable, Sendable {
  /// The preferred one.
  public let preferred: EnergyReading
  /// Every meter's; nil where the preferred one says it all.
  public let meters: [MeteredWindow]?

  /// Makes readings.
  public init(_ preferred: EnergyReading, _ meters: [MeteredWindow]?) {
    self.preferred = preferred
    self.meters = meters
  }

  private var all: [EnergyReading] { [preferred] + (meters ?? []).map(\.energy) }

  /// Every meter that measured the window, the preferred one first.
  public var measuredSources: [String] {
    all.reduce(into: []) { sources, reading in
      if case .measured(let energy) = reading, !sources.contains(energy.source) { sources.append(energy.source) }
    }
  }

  /// What a meter, or a model, told of the window, or why it did not; nil where it was not asked.
  public func reading(of source: String) -> EnergyReading? {
    all.first { reading in
      switch reading {
      case .measured(let energy): energy.source == source
      case .modelled(let energy): energy.model == source
      case .unavailable: false
      }
    } ?? meters?.first { $0.source == source }?.energy
  }

  /// The preferred reading where that is unavailable.
  public var whyUnavailable: EnergyReading? {
    if case .unavailable = preferred { preferred } else { nil }
  }

  /// The first meter that measured each window which any meter measured; nil where there is none.
  public static func commonSource(of windows: [EnergyReadings]) -> String? {
    let sources = windows.map(\.measuredSources).filter { !$0.isEmpty }
    return sources.first?.first { source in sources.allSatisfy { $0.contains(source) } }
  }
}

extension Round.Performance {
  /// What every meter said of the window.
  public var readings: EnergyReadings { EnergyReadings(energy, meters) }
}

extension LoadLine.Step {
  /// What every meter said of the step.
  public var readings: EnergyReadings { EnergyReadings(energy, meters) }
}
