import Analysis
import Energy
import Records
import Statistics

extension RunReport {
  /// Energy of every cell that has some: watts, joules a sample with and without the idle machine's, energy-delay product.
  ///
  /// Whose figures they are is said below the table of speeds, which has all of these cells.
  var energySection: [String] {
    let cells = summary.cells.filter { $0.energyMetrics != nil }
    guard !cells.isEmpty else { return [] }
    let places = PlaceColumns(cells)
    let hasTokens = cells.contains { $0.energyMetrics?.joulesPerToken != nil }
    var table = TextTable(
      places.columns + [
        .init("power", unit: "W", .right), .init("mJ/query", .right, dropOrder: 5), .init("J/sample", .right),
        .init("±rounds", unit: "%", .right, dropOrder: 3), .init("±meter", unit: "%", .right),
        .init("net J/sample", .right, dropOrder: 0),
      ] + (hasTokens ? [.init("mJ/token", .right, dropOrder: 1)] : []) + [
        .init("samples/J", .right, dropOrder: 4), .init("EDP", unit: "mJ s", .right, dropOrder: 2),
      ])
    for group in cells.grouped(by: PlaceColumns.heading) {
      table.add(group: group.heading)
      for cell in group.members {
        table.add(
          row: places.texts(of: cell) + Self.figures(cell.energy, cell.energyMetrics, hasTokens: hasTokens))
        for other in cell.otherEnergies {
          guard let metrics = other.metrics else { continue }
          table.add(
            row: places.columns.dropLast().map { _ in "" } + ["by \(other.source)"]
              + Self.figures(other.energy, metrics, hasTokens: hasTokens))
        }
      }
    }
    return [style.text("Energy", .title)] + table.rendered(style) + style.footnotes(energyFootnotes(cells))
  }

  private static func figures(_ energy: EnergyPerSample?, _ metrics: EnergyMetrics?, hasTokens: Bool) -> [String] {
    guard let metrics else { return [] }
    let mark = metrics.origin == .modelled ? "~" : ""
    func text(_ value: Double?) -> String { value.map { mark + Figure.significant($0) } ?? "-" }
    let figures: [String]
    switch energy {
    case .measured(let energy):
      figures = [
        Figure.significant(energy.joules),
        energy.interval.map { Figure.fixed($0.halfWidth / energy.joules * 100, 1) } ?? "-",
        Figure.fixed(energy.relativeUncertainty * 100, 1),
        energy.net.map { Figure.plusMinus($0.joules, $0.uncertainty) } ?? "-",
      ]
    case .modelled(let energy):
      let bounds = Figure.bounds(energy.joules, from: energy.lower, to: energy.upper)
      figures = ["~\(Figure.significant(energy.joules))", "-", bounds, "-"]
    case .unavailable, nil: return []
    }
    return [text(metrics.watts), text(metrics.millijoulesPerQuery)] + figures
      + (hasTokens ? [text(metrics.joulesPerToken.map { $0 * 1e3 })] : [])
      + [text(metrics.samplesPerJoule), text(metrics.energyDelayProduct.map { $0 * 1e3 })]
  }

  /// What the columns and marks of the table of energy mean.
  func energyFootnotes(_ cells: [CellSummary]) -> [(lead: String, text: String)] {
    var notes: [(lead: String, text: String)] = []
    let measured = cells.compactMap { cell -> MeasuredPerSample? in
      if case .measured(let energy) = cell.energy { energy } else { nil }
    }
    if measured.contains(where: { $0.interval != nil }) {
      notes.append(("±rounds", "half of the 95 % t interval over rounds, of joules over samples."))
    }
    if !measured.isEmpty { notes.append(("±meter", "what the meter leaves open, the same way in all rounds.")) }
    if measured.count < cells.count { notes.append(("~", "modelled; ±meter has both bounds of the model.")) }
    let idle = measured.reduce(into: [String]()) { texts, energy in
      guard let net = energy.net else { return }
      let text = "\(Figure.significant(net.idleWatts)) ±\(Figure.significant(net.idleReach ?? 0)) W by \(energy.source)"
      if !texts.contains(text) { texts.append(text) }
    }
    if cells.contains(where: { $0.otherEnergies.contains { $0.metrics != nil } }) {
      notes.append(("by", "another meter or model; they overlap, so their joules are never added."))
    }
    if !idle.isEmpty {
      let watts = idle.joined(separator: ", ")
      notes.append(
        ("net", "without what the idle machine draws, read before and after the rounds: \(watts); ± has both."))
    }
    for reason in Set(measured.compactMap(\.noNet)).sorted() { notes.append(("net", "unavailable: \(reason)")) }
    if measured.contains(where: { $0.net.map { $0.joules + $0.uncertainty < 0 } ?? false }) {
      notes.append(
        ("net", "below 0: the machine drew more while nothing was measured. Something else ran then; measure again."))
    }
    if cells.contains(where: { $0.energyMetrics?.energyDelayProduct != nil }) {
      notes.append(("EDP", "energy-delay product: a query's joules times its median latency."))
    }
    notes.append(
      ("mJ/query", "what MLPerf Power reports of SingleStream and MultiStream; of Offline and Server it is W."))
    if cells.contains(where: { $0.energyMetrics?.joulesPerToken != nil }) {
      notes.append(("mJ/token", "a sample's joules over its tokens, padding included."))
    }
    notes += MeterEventNotes.lines(summary.cells)
    if let text = summary.monitor?.sentence { notes.append(("meters", text)) }
    return notes
  }
}
