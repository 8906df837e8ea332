import Energy
import Records

/// What a command took: joules, watts and seconds, meter by meter.
public struct PowerMeasurementReport {
  private let measurement: PowerMeasurement
  private let style: ReportStyle

  /// Makes a report.
  public init(_ measurement: PowerMeasurement, style: ReportStyle = ReportStyle()) {
    self.measurement = measurement
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let words = measurement.command.joined(separator: " ")
    var lines = [""] + style.paragraph(words, lead: "Energy of: ", .title)
    let told = measurement.readings.filter { if case .unavailable = $0.energy { false } else { true } }
    if !told.isEmpty { lines += table(told) }
    var notes: [(lead: String, text: String)] = []
    for reading in measurement.readings {
      if case .unavailable(let reason) = reading.energy { notes.append((reading.source, "unavailable: \(reason)")) }
      for event in reading.events { notes.append((reading.source, event.text)) }
    }
    for reading in told {
      guard let idle = measurement.power.idleWatts(of: reading.source) else { continue }
      notes.append(
        (
          "net of idle",
          "without \(Figure.significant(idle.watts)) ±\(Figure.significant(idle.reach)) W, which the idle machine drew by "
            + "\(reading.source)."
        ))
    }
    for reading in told {
      guard let reason = measurement.power.whyNoIdle(of: reading.source) else { continue }
      notes.append(("net of idle", "unavailable: \(reason)"))
    }
    for reading in told {
      guard case .modelled(let energy) = reading.energy else { continue }
      let bounds = [energy.lower, energy.upper].map(Figure.significant).joined(separator: " to ")
      notes.append(
        ("~\(reading.source)", "modelled, not measured: \(bounds) J; never compare it with measured joules."))
    }
    if told.count > 1 { notes.append(("meters", "overlap, so their joules are never added.")) }
    notes.append(
      (
        "time",
        "\(Figure.significant(measurement.seconds)) s, of which computing \(Figure.significant(measurement.user)) s in user "
          + "mode and \(Figure.significant(measurement.system)) s in the kernel"
      ))
    if measurement.exitCode != 0 { notes.append(("exit code", "\(measurement.exitCode)")) }
    return (lines + style.footnotes(notes)).joined(separator: "\n") + "\n"
  }

  private func table(_ readings: [MeteredWindow]) -> [String] {
    let hasIdle = measurement.power.idleBefore != nil || measurement.power.idleAfter != nil
    func row(_ cells: [String], net: String = "", _ scope: String = "") -> [String] {
      cells + (hasIdle ? [net] : []) + [scope]
    }
    var table = TextTable(
      [
        .init("meter"), .init("energy", unit: "J", .right), .init("±", unit: "J", .right),
        .init("power", unit: "W", .right),
      ] + (hasIdle ? [.init("net of idle", unit: "J", .right)] : []) + [.init("measures", isShortenable: true)])
    for reading in readings {
      switch reading.energy {
      case .measured(let energy):
        let net = measurement.net(of: reading)
        table.add(
          row: row(
            [
              reading.source, Figure.significant(energy.joules), Figure.significant(energy.uncertaintyJoules),
              Figure.significant(energy.joules / energy.seconds),
            ], net: net.map { Figure.plusMinus($0.joules, $0.uncertainty) } ?? "-",
            reading.scope?.words ?? ""))
        for part in energy.parts ?? [] {
          table.add(
            row: row([
              "  of which \(part.name)", Figure.significant(part.joules), "",
              Figure.significant(part.joules / energy.seconds),
            ]))
        }
      case .modelled(let energy):
        table.add(
          row: row(
            [
              "~\(reading.source)", "~\(Figure.significant(energy.joules))", "",
              "~\(Figure.significant(energy.joules / measurement.seconds))",
            ], "modelled"))
      case .unavailable: break
      }
    }
    return table.rendered(style)
  }
}
