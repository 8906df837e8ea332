import CLinux

/// A command that runs, and the reasons why what it does is no reading.
final class ExecRun {
  /// Lines that came together.
  struct Batch {
    /// The lines, blank ones left out.
    var lines: [ExecLine] = []
    /// When they came, or when it was seen that they had.
    var time: Int64
    /// Whether they had come before anybody looked.
    var hadCome = false
  }

  /// What a command is, as its first two lines tell.
  enum Beginning {
    /// It prints on and on.
    case goesOn(first: Batch, second: Batch)
    /// It ended after one line; it took so many seconds.
    case isOver(Batch, seconds: Double)
  }

  private let meter: ExecMeter
  private(set) var process: CommandProcess?
  private var exitCode: Int?
  private var lines = 0
  private var computed = 0.0
  /// Why there will be no further line; nil as long as there may be.
  private var whyOver: MeterFault?

  init(_ meter: ExecMeter) throws(MeterFault) {
    guard !meter.command.utf8.contains(0), meter.command.contains(where: { !$0.isWhitespace }) else {
      throw MeterFault("The meter \(meter.name) has no command that it could run: say `exec:COMMAND`.")
    }
    self.meter = meter
    process = try CommandProcess(["/bin/sh", "-c", meter.command])
  }

  /// Waits for the first two lines, or for the end after one.
  ///
  /// - Parameter isBrief: whether it was seen before that the command ends after a line.
  func beginning(isBrief: Bool = false) throws(MeterFault) -> Beginning {
    let start = clinux_clock_ns()
    let first = try take(within: meter.patience.line)
    guard let line = first.lines.first else {
      throw fault("printed nothing for \(patience); a program that holds its output back needs `stdbuf -oL`")
    }
    if first.lines.count > 1 {
      return .goesOn(
        first: Batch(lines: [line], time: first.time),
        second: Batch(lines: Array(first.lines.dropFirst()), time: first.time))
    }
    if whyOver == nil {
      let waited = isBrief ? Double(clinux_clock_ns() - start) / 1e9 : 0
      let second = try takeUnlessOver(within: max(meter.patience.line - waited, 0))
      if !second.lines.isEmpty { return .goesOn(first: first, second: second) }
    }
    guard let whyOver else { throw fault("printed one line and then neither another nor its end for \(patience)") }
    guard exitCode == 0 else { throw whyOver }
    return .isOver(first, seconds: Double(clinux_clock_ns() - start) / 1e9)
  }

  private func takeUnlessOver(within seconds: Double) throws(MeterFault) -> Batch {
    do throws(MeterFault) {
      return try take(within: seconds)
    } catch {
      if error == whyOver, exitCode != nil { return Batch(time: meter.clock()) }
      throw error
    }
  }

  /// Takes what was printed; where that is nothing, waits for so many seconds at most.
  func take(within seconds: Double) throws(MeterFault) -> Batch {
    guard whyOver == nil, let process else { throw whyOver ?? fault("has ended") }
    var look = process.look(within: 0)
    var batch = Batch(time: meter.clock(), hadCome: !look.lines.isEmpty)
    if look.lines.isEmpty, !look.isOver, !look.isFlood, !look.isEndless {
      look = process.look(within: seconds)
      batch.time = meter.clock()
    }
    if look.isFlood {
      throw over("prints more than \(CommandProcess.lookLimit) bytes between two readings, which are no readings")
    }
    if look.isEndless {
      throw over("printed a line of more than \(CommandProcess.lineLimit) bytes, which is no reading")
    }
    for text in look.lines where text.contains(where: { !$0.isWhitespace }) {
      guard let line = ExecLine(text) else {
        throw fault(
          "printed \"\(ForeignText.shown(text))\" where `W` and watts, `J` and joules, or a number of watts should be")
      }
      batch.lines.append(line)
    }
    lines += batch.lines.count
    if look.isOver { noteEnd(process) }
    if batch.lines.isEmpty, let whyOver { throw whyOver }
    return batch
  }

  private func noteEnd(_ process: CommandProcess) {
    exitCode = process.status(within: 1)
    let after = lines == 0 ? "without a reading" : lines == 1 ? "after one reading" : "after \(lines) readings"
    _ =
      switch exitCode {
      case 0: over("ended \(after)")
      case let code? where code > 128: over("was ended by signal \(code - 128) \(after)")
      case let code?: over("ended with exit code \(code) \(after)")
      case nil: over("closed its output \(after)")
      }
  }

  /// The last reason of all; the command is ended where it has not.
  private func over(_ what: String) -> MeterFault {
    let reason = fault(what)
    whyOver = reason
    end()
    return reason
  }

  /// Ends the command where it has not.
  func end() {
    process?.end()
    computed = max(computed, process?.computed() ?? 0)
    process = nil
  }

  /// Seconds that the command and what it started have computed so far.
  var seconds: Double {
    computed = max(computed, process?.computed() ?? 0)
    return computed
  }

  /// A reason that names the command.
  func fault(_ what: String) -> MeterFault {
    MeterFault("The command \(meter.label) of the meter \(meter.name) \(what)\(process?.complaint ?? "").")
  }

  private var patience: String { "\(PowerTrace.text(meter.patience.line)) s" }
}
