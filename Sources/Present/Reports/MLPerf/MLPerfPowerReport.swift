import Energy
import LoadGen

/// What a test took, meter by meter: watts, and what MLPerf Power reports for the scenario beside them.
public struct MLPerfPowerReport {
  private let readings: [MeteredWindow]
  private let result: TestResult
  private let style: ReportStyle

  /// Makes a report.
  public init(_ readings: [MeteredWindow], of result: TestResult, style: ReportStyle = ReportStyle()) {
    self.readings = readings
    self.result = result
    self.style = style
  }

  /// The report, ended by a line feed; nil where nobody read anything.
  public var text: String? {
    guard !readings.isEmpty else { return nil }
    var notes: [(lead: String, text: String)] = readings.map { ("power", sentence($0)) }
    if readings.contains(where: { if case .measured = $0.energy { true } else { false } }) {
      notes.append(("", "Only results of a SPEC-approved analyser at the wall are MLPerf Power; this is MLPerf-like."))
    }
    return style.footnotes(notes).joined(separator: "\n") + "\n"
  }

  private func sentence(_ reading: MeteredWindow) -> String {
    switch reading.energy {
    case .measured(let energy):
      "\(reading.source): \(Figure.significant(energy.joules / energy.seconds)) W, \(perQuery(energy.joules)), "
        + "±\(Figure.percent(energy.uncertaintyJoules / energy.joules)) (measured: \(reading.scope?.words ?? "unknown"))"
    case .modelled(let energy):
      "\(reading.source): ~\(Figure.significant(energy.joules / seconds)) W, ~\(perQuery(energy.joules)), between "
        + "\(Figure.significant(energy.lower / seconds)) and \(Figure.significant(energy.upper / seconds)) W (modelled, not measured)"
    case .unavailable(let reason): "\(reading.source): unavailable: \(reason)"
    }
  }

  /// Millijoules a query of the closed loops, samples a joule of the others.
  private func perQuery(_ joules: Double) -> String {
    switch result.effective.scenario {
    case .singleStream, .multiStream:
      "\(Figure.significant(joules / Double(max(result.queryCount, 1)) * 1e3)) mJ a query"
    case .server, .offline: "\(Figure.significant(Double(result.completedCount) / joules)) samples/J"
    }
  }

  private var seconds: Double { max(Double(result.lastCompleted) / 1e9, 1e-9) }
}
