import Energy

/// What a command took that was run for its energy alone.
public struct PowerMeasurement: Codable, Hashable, Sendable {
  /// The command and its arguments.
  public let command: [String]
  /// Its exit code, or 128 and the signal that ended it.
  public let exitCode: Int
  /// Seconds from its start to its end.
  public let seconds: Double
  /// Seconds that it computed in user mode.
  public let user: Double
  /// Seconds that it computed in the kernel.
  public let system: Double
  /// What every meter said, and the model; they overlap and are never added.
  public let readings: [MeteredWindow]
  /// What was read around it.
  public let power: PowerAccount

  /// Makes a measurement.
  public init(
    command: [String], exitCode: Int, seconds: Double, user: Double, system: Double, readings: [MeteredWindow],
    power: PowerAccount
  ) {
    self.command = command
    self.exitCode = exitCode
    self.seconds = seconds
    self.user = user
    self.system = system
    self.readings = readings
    self.power = power
  }

  /// What the command took beyond the idle machine, joules, and half of the interval in which that lies; nil where the meter did
  /// not tell both.
  public func net(of reading: MeteredWindow) -> (joules: Double, uncertainty: Double)? {
    guard case .measured(let energy) = reading.energy, let idle = power.idleWatts(of: reading.source) else {
      return nil
    }
    return (
      energy.joules - idle.watts * energy.seconds, energy.uncertaintyJoules + idle.reach * energy.seconds
    )
  }
}
