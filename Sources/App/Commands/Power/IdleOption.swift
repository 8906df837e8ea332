import ArgumentParser

/// How long the idle machine is read. For commands that tell net energy.
struct IdleOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seconds of idling before and after, so that net energy can be told (default: 3; of assay power 0).",
      valueName: "seconds"))
  var idleTime: Double?

  /// Seconds of idling around the rounds of a record, where nothing else is said.
  static let usualOfRecords = 3.0

  /// Seconds.
  ///
  /// - Parameter usual: where nothing is said.
  func seconds(usual: Double = usualOfRecords) throws -> Double {
    let seconds = idleTime ?? usual
    guard seconds >= 0, seconds <= 3600 else {
      throw CommandFailure("--idle-time is in seconds, from 0 to 3600.", exitCode: 64)
    }
    return seconds
  }
}
