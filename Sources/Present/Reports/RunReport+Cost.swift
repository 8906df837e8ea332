import Analysis
import Records

extension RunReport {
  /// Money and carbon of every cell with a speed; nothing where the user said nothing of them.
  var costSection: [String] {
    guard let costs = summary.costs, !costs.cells.isEmpty else { return [] }
    let money = costs.inputs.currency ?? "money"
    var table = TextTable([
      .init("cell", isShortenable: true), .init("\(money) / 1 M samples", .right),
      .init("machine", .right, dropOrder: 1),
      .init("electricity", .right, dropOrder: 0), .init("g CO2e / 1000", .right), .init("samples / \(money)", .right),
    ])
    var reasons: [String] = []
    var origins: [String] = []
    func text(_ figure: CostFigures.Figure) -> String {
      switch figure {
      case .known(let value, let lower, let upper, let of, let isModelled):
        for origin in of where !origins.contains(origin) { origins.append(origin) }
        let mark = isModelled ? "~" : ""
        return upper > lower && !isModelled
          ? "\(Figure.significant(value)) ±\(Figure.significant((upper - lower) / 2))"
          : mark + Figure.significant(value)
      case .unavailable(let reason):
        if !reasons.contains(reason) { reasons.append(reason) }
        return "unavailable"
      }
    }
    for cell in costs.cells {
      let figures = cell.figures
      table.add(row: [
        cell.id, text(figures.moneyPerMillion), text(figures.machinePerMillion), text(figures.electricityPerMillion),
        text(figures.gramsPerThousand), text(figures.samplesPerMoney),
      ])
    }
    let notes =
      [("made of", origins.joined(separator: ", "))].filter { !$0.1.isEmpty } + reasons.map { ("unavailable", $0) }
    return [style.text("Cost and carbon", .title)] + table.rendered(style)
      + style.footnotes(notes.map { (lead: $0.0, text: $0.1) })
  }
}
