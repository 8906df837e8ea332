import Analysis
import Energy
import NumericFormats
import Records
import Statistics

extension RunReport {
  /// Energy of every cell that has some: watts, joules a sample with and without the idle machine's, energy-delay product.
  var energySection: [String] {
    let cells = summary.cells.filter { Self.hasEnergy($0) }
    guard !cells.isEmpty else { return [] }
    let hasTokens = cells.contains { $0.energyMetrics?.joulesPerToken != nil }
    var table = TextTable(
      [
        .init("threads", .right), .init("batch", .right), .init("scenario"), .init("power", unit: "W", .right),
        .init("mJ/query", .right, dropOrder: 3), .init("J/sample", .right), .init("±", unit: "%", .right, dropOrder: 4),
        .init("net J/sample", .right, dropOrder: 2),
      ] + (hasTokens ? [.init("mJ/token", .right, dropOrder: 1)] : []) + [
        .init("samples/J", .right), .init("EDP", unit: "mJ s", .right, dropOrder: 0),
      ])
    let groups = cells.grouped { cell in
      [cell.cell.workload, cell.cell.precision.rawValue, cell.cell.engine, cell.cell.numerics].joined(separator: " · ")
    }
    for group in groups {
      table.add(group: group.heading)
      for cell in group.members {
        let place = ["\(cell.cell.placement.threads)", "\(cell.cell.batch)", cell.cell.measurement.name]
        table.add(row: place + Self.figures(cell, hasTokens: hasTokens))
      }
    }
    return [style.text("Energy", .title)] + table.rendered(style) + style.footnotes(energyFootnotes(cells))
  }

  private static func hasEnergy(_ cell: CellSummary) -> Bool {
    switch cell.energy {
    case .measured, .modelled: true
    case .unavailable, nil: false
    }
  }

  private static func figures(_ cell: CellSummary, hasTokens: Bool) -> [String] {
    guard let metrics = cell.energyMetrics else { return [] }
    let mark = metrics.origin == .modelled ? "~" : ""
    func text(_ value: Double?) -> String { value.map { mark + Figure.significant($0) } ?? "-" }
    let (joules, width, net): (String, String, String)
    switch cell.energy {
    case .measured(let energy):
      joules = Figure.significant(energy.joules)
      width = Figure.fixed(
        (energy.interval.map { $0.halfWidth / energy.joules } ?? energy.relativeUncertainty) * 100, 1)
      net = energy.net.map { "\(Figure.significant($0.joules)) ±\(Figure.significant($0.uncertainty))" } ?? "-"
    case .modelled(let energy):
      joules = "~\(Figure.significant(energy.joules))"
      width = "\(Figure.significant(energy.lower)) to \(Figure.significant(energy.upper)) J"
      net = "-"
    case .unavailable, nil: return []
    }
    return [text(metrics.watts), text(metrics.millijoulesPerQuery), joules, width, net]
      + (hasTokens ? [text(metrics.joulesPerToken.map { $0 * 1e3 })] : [])
      + [text(metrics.samplesPerJoule), text(metrics.energyDelayProduct.map { $0 * 1e3 })]
  }

  private func energyFootnotes(_ cells: [CellSummary]) -> [(lead: String, text: String)] {
    var notes: [(lead: String, text: String)] = []
    let measured = cells.compactMap { cell -> MeasuredPerSample? in
      if case .measured(let energy) = cell.energy { energy } else { nil }
    }
    if measured.contains(where: { $0.interval != nil }) {
      notes.append(
        ("±", "half of the 95 % t interval of the mean over rounds; of one round what the meter leaves open."))
    }
    if let net = measured.compactMap(\.net).first {
      notes.append(
        (
          "net",
          "without what the idle machine draws, read before and after the rounds: \(Figure.significant(net.idleWatts)) W."
        ))
    }
    if cells.contains(where: { $0.latency != nil }) {
      notes.append(("EDP", "energy-delay product: a query's joules times its median latency."))
    }
    notes.append(
      ("mJ/query, W", "what MLPerf Power reports for SingleStream and MultiStream, and for Offline and Server."))
    if cells.contains(where: { $0.energyMetrics?.joulesPerToken != nil }) {
      notes.append(("mJ/token", "a sample's joules over its tokens, padding included."))
    }
    notes += MeterEventNotes.lines(summary.cells)
    if let text = summary.monitor?.sentence { notes.append(("meters", text)) }
    return notes
  }
}
