import Energy
import Harness
import LoadGen
import MLPerf

/// What a test took, from its first query to its last answer.
struct TestEnergy {
  /// By every meter and the model, in their order.
  let readings: [MeteredWindow]
  /// `spl.txt` of the preferred one; nil where none knows.
  let file: LogFile?

  /// Waits for the readings after the test's end.
  init(of result: TestResult, _ metering: Metering) {
    guard let monitor = metering.monitor, let clock = result.clock, result.lastCompleted > 0 else {
      (readings, file) = ([], nil)
      return
    }
    let (begin, end) = (clock.start, clock.start + max(result.lastCompleted, result.lastIssued))
    readings = monitor.energy(from: begin, to: end)
    let headline = Metering.headline(readings)
    guard let reading = readings.first(where: { $0.energy == headline }) else {
      file = nil
      return
    }
    let label: String
    switch reading.energy {
    case .measured: label = reading.source
    case .modelled: label = "modelled \(reading.source)"
    case .unavailable:
      file = nil
      return
    }
    // The wall clock of the stamps begins where the test's own did.
    let lines = monitor.watts(of: reading.source, from: begin, to: end, step: 1_000_000_000).map {
      PowerFile.Line(time: clock.begin + ($0.time - clock.start), watts: $0.watts)
    }
    file = lines.isEmpty ? nil : PowerFile(source: label, lines: lines).file
  }
}
