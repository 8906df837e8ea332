import CLinux

/// Reads what any command prints: the way to a meter that Assay does not know.
///
/// The command is run by `/bin/sh -c`. Every line that it prints is a reading: `W 123.4` or a plain number is the power at
/// this moment in watts, `J 5678.9` is energy in joules, counted up since whenever and never anew. Its first two lines
/// decide what it is:
///
/// - One that goes on after its first line is left running. It has to print at least every five seconds, and at once: many
///   programs hold their output back unless they run below `stdbuf -oL`.
/// - One that ends after its first line is run again for every reading, about once a second.
///
/// A reading is of the moment when its line came. The command ends when nobody reads any more.
public struct ExecMeter: Meter {
  /// `exec`, unless the user named it.
  public let name: String

  let command: String
  let scope: MeterScope
  let clock: @Sendable () -> Int64
  let patience: ExecPatience

  /// Makes a meter that runs a command.
  ///
  /// - Parameters:
  ///   - command: for the shell.
  ///   - name: what it is called in records.
  ///   - scope: what is measured, as the user says.
  public init(command: String, name: String = "exec", scope: MeterScope = .unstated) {
    self.init(command: command, name: name, scope: scope, clock: { clinux_clock_ns() }, patience: ExecPatience())
  }

  init(
    command: String, name: String = "exec", scope: MeterScope = .unstated, clock: @escaping @Sendable () -> Int64,
    patience: ExecPatience
  ) {
    self.name = name
    self.command = command
    self.scope = scope
    self.clock = clock
    self.patience = patience
  }

  /// Starts the command and waits for its first two lines, for a few seconds at most.
  public func open() throws(MeterFault) -> any MeterReader {
    let run = try ExecRun(self)
    switch try run.beginning() {
    case .goesOn(let first, let second):
      let interval = min(max(Double(second.time - first.time) / 1e9, Self.leastInterval), patience.line)
      let (unit, traits) = try traits(first, interval: interval, period: nil)
      let samples = [try run.sample(first, unit), try run.sample(second, unit)]
      return ExecStreamReader(self, run, unit: unit, traits: traits, samples)
    case .isOver(let only, let seconds):
      // The number is as old as the command is slow.
      let (unit, traits) = try traits(only, interval: max(seconds, Self.leastInterval), period: max(1, 2 * seconds))
      run.end()
      return ExecOnceReader(self, unit: unit, traits: traits, [try run.sample(only, unit)], childSeconds: run.seconds)
    }
  }

  /// Lines that come faster are seen together, seconds.
  private static let leastInterval = 0.05

  private func traits(_ batch: ExecRun.Batch, interval: Double, period: Double?) throws(MeterFault) -> (
    ToldUnit, MeterTraits
  ) {
    guard let line = batch.lines.first else {
      throw MeterFault("The command \(label) of the meter \(name) printed no reading.")
    }
    return (
      line.unit,
      line.unit.traits(channel: label, interval: interval, step: line.number.step, scope: scope, period: period)
    )
  }

  /// The command's first word, without what is set for it: the rest may hold a password.
  var label: String {
    let word = command.split(whereSeparator: \.isWhitespace).first { !$0.contains("=") }
    let shown = ForeignText.shown(word ?? "", limit: 30)
    return shown.isEmpty ? "command" : shown
  }
}

/// How long a command is waited for, seconds.
struct ExecPatience: Hashable, Sendable {
  /// For a line, and for the end of a command that is run again and again.
  var line = 5.0
  /// At a reading, for the next line of a command that goes on. Short, so that reading can be ended.
  var reading = 0.25
}
