import CLinux
import Energy
import Records

/// The energy of what workers measure, from meters that are read all the time in the process that starts them: one reading of
/// a machine serves all instances on it, and whoever measures is not disturbed by it.
public struct Metering: Sendable {
  /// Reads the meters; nil where none is to be read.
  public let monitor: PowerMonitor?
  /// Seconds of idling before the first and after the last round; 0 for none.
  public var idleSeconds: Double

  /// Energy of rounds that nobody meters.
  public static let none = Metering(monitor: nil, idleSeconds: 0)
  /// What workers say, who read no meters.
  static let unmetered = EnergyReading.unavailable(reason: "No meter was read.")
  private static let peer = EnergyReading.unavailable(reason: "The machine's energy is told with the first instance.")

  /// Makes it.
  public init(monitor: PowerMonitor?, idleSeconds: Double) {
    self.monitor = monitor
    self.idleSeconds = idleSeconds
  }

  /// Reads outside of where a cell is measured, from now on, if there is a place.
  func move(outside cell: Cell) { monitor?.move(outside: Set(cell.placement.pus)) }

  /// A round with the energy of the window of its first instance.
  func metered(_ round: Round) -> Round {
    guard let monitor, let window = round.performance?.window else { return round }
    var round = round
    let readings = monitor.energy(from: window.lowerBound, to: window.upperBound)
    if let energy = Self.headline(readings) { round.performance?.energy = energy }
    round.performance?.meters = readings.count > 1 || readings.contains { !$0.events.isEmpty } ? readings : nil
    round.peers = round.peers?.map { peer in
      var peer = peer
      peer.performance.energy = Self.peer
      return peer
    }
    monitor.forget(before: window.upperBound)
    return round
  }

  /// The reading that is shown first: that of the first meter that has one, else the model's, else why the first has none.
  public static func headline(_ readings: [MeteredWindow]) -> EnergyReading? {
    func first(_ isWanted: (EnergyReading) -> Bool) -> EnergyReading? { readings.map(\.energy).first(where: isWanted) }
    return first(\.isMeasured)
      ?? first { if case .modelled = $0 { true } else { false } } ?? readings.first?.energy
  }

  /// What the idle machine draws, by every meter, or why it cannot tell; nil where nobody asked for it.
  public func idle() async -> [MeteredWindow]? {
    guard let monitor, idleSeconds > 0 else { return nil }
    let begin = PowerMonitor.now
    try? await Task.sleep(for: .seconds(idleSeconds))
    let readings = monitor.energy(from: begin, to: PowerMonitor.now).filter {
      // A model is a line through the idle machine's power.
      if case .modelled = $0.energy { false } else { true }
    }
    return readings.isEmpty ? nil : readings
  }
}
