import Analysis
import Energy
import NumericFormats
import Records
import Statistics

extension RunPage {
  /// Energy of every cell that has some.
  func writeEnergy(to section: inout PageSection) {
    let cells = summary.cells.filter { $0.energyMetrics != nil }
    guard !cells.isEmpty else { return section.lack("Energy", whyNoEnergy) }
    section.begin("energy", "Energy")
    section.add(section.table(energyTable(cells)))
    section.add(HTML.terms(report.energyFootnotes(cells) + EnergyNotes(cells).lines, class: "notes"))
    let chart = EnergyChart(record: record, summary: summary)
    if chart.hasPoints {
      let points = summary.cells.compactMap(EnergyPoint.init)
      section.add(
        section.figure(
          chart.picture, title: "Energy against throughput",
          description:
            "Joules a sample over samples a second on logarithmic axes, with error bars and lines of equal power; a "
            + "panel for each workload and each meter or model.", numbers: Self.numbers(points)))
    }
    let others = cells.count < summary.cells.count(where: { $0.energy != nil })
    if others { section.add(HTML.paragraph("Cells without energy: \(whyNoEnergy)", class: "hint")) }
    section.end()
  }

  private var whyNoEnergy: String {
    for cell in summary.cells {
      if case .unavailable(let reason) = cell.energy { return reason.shortened(to: Self.longest) }
    }
    return hasSpeed ? "No cell was metered." : "Nothing was timed, and energy is told of timed windows alone."
  }

  private func energyTable(_ cells: [CellSummary]) -> PageTable {
    let place = Place(cells)
    let hasTokens = cells.contains { $0.energyMetrics?.joulesPerToken != nil }
    var table = PageTable(
      "Energy of \(Figure.counted(cells.count, "cell"))",
      place.columns + [
        .words("told by"), .number("power", unit: "W"), .number("J/sample"), .number("±rounds", unit: "%"),
        .number("±meter", unit: "%"), .number("net J/sample"), .number("samples/J"), .number("mJ/query"),
      ] + (hasTokens ? [.number("mJ/token")] : []) + [.number("EDP", unit: "mJ s")])
    for cell in cells {
      let own = (energy: cell.energy, metrics: cell.energyMetrics)
      for (energy, metrics) in [own] + cell.otherEnergies.map({ ($0.energy, $0.metrics) }) {
        guard let energy, let metrics else { continue }
        table.add(place.cells(cell) + Self.figures(energy, metrics, hasTokens: hasTokens))
      }
    }
    return table
  }

  private static func figures(
    _ energy: EnergyPerSample, _ metrics: EnergyMetrics, hasTokens: Bool
  ) -> [PageTable.Cell] {
    let mark = metrics.origin == .modelled ? "~" : ""
    func figure(_ value: Double?) -> PageTable.Cell {
      .init(value.map { mark + Figure.significant($0) } ?? "-", value)
    }
    let parts: [PageTable.Cell]
    switch energy {
    case .measured(let energy):
      let rounds = energy.interval.map { $0.halfWidth / energy.joules * 100 }
      parts = [
        figure(energy.joules), .init(rounds.map { Figure.fixed($0, 1) } ?? "-", rounds),
        .init(Figure.fixed(energy.relativeUncertainty * 100, 1), energy.relativeUncertainty),
        .init(energy.net.map { Figure.plusMinus($0.joules, $0.uncertainty) } ?? "-", energy.net?.joules),
      ]
    case .modelled(let energy):
      parts = [
        figure(energy.joules), .init("-"),
        .init(Figure.bounds(energy.joules, from: energy.lower, to: energy.upper)), .init("-"),
      ]
    case .unavailable: return []
    }
    return [.init(energy.source ?? ""), figure(metrics.watts)] + parts
      + [figure(metrics.samplesPerJoule), figure(metrics.millijoulesPerQuery)]
      + (hasTokens ? [figure(metrics.joulesPerToken.map { $0 * 1e3 })] : [])
      + [figure(metrics.energyDelayProduct.map { $0 * 1e3 })]
  }

  private static func numbers(_ points: [EnergyPoint]) -> PageTable {
    var table = PageTable(
      "Energy against throughput",
      [
        .words("cell"), .number("samples/s"), .number("J/sample"), .number("from"), .number("to"), .words("told by"),
      ])
    for point in points {
      let mark = point.isModelled ? "~" : ""
      func joules(_ value: Double) -> PageTable.Cell { .init(mark + Figure.significant(value), value) }
      table.add([
        .init(CellWords.all(point.cell.cell)), .init(Figure.significant(point.speed), point.speed),
        joules(point.joules), joules(point.ends.lowerBound), joules(point.ends.upperBound), .init(point.origin),
      ])
    }
    return table
  }

  /// Money and carbon, where the user said what they are made of.
  func writeCosts(to section: inout PageSection) {
    guard let costs = summary.costs, !costs.cells.isEmpty else {
      return section.lack(
        "Cost and carbon", "Nobody said what the machine and its electricity cost; assay report --costs FILE does.")
    }
    let money = costs.inputs.currency ?? "money"
    let columns: [(title: String, figure: KeyPath<CostFigures, CostFigures.Figure>)] = [
      ("\(money)/1 M samples", \.moneyPerMillion), ("machine", \.machinePerMillion),
      ("electricity", \.electricityPerMillion), ("g CO2e/1000 samples", \.gramsPerThousand),
      ("samples/\(money)", \.samplesPerMoney),
    ]
    var table = PageTable("Cost and carbon", [.words("cell")] + columns.map { .number($0.title) })
    for cell in costs.cells {
      table.add(
        [.init(cell.id)]
          + columns.map {
            let figure = cell.figures[keyPath: $0.figure]
            return .init(RunReport.text(figure), figure.value)
          })
    }
    var notes = columns.flatMap { column in
      RunReport.notes(of: column.title, costs.cells.map { $0.figures[keyPath: column.figure] })
    }
    notes.append(
      ("±", "what the meter leaves open; prices and throughput are taken as they are. ~ is of modelled energy."))
    section.begin("costs", "Cost and carbon")
    section.add(section.table(table))
    section.add(HTML.terms(notes, class: "notes"))
    section.end()
  }
}
