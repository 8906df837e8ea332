import Analysis
import Records

extension RunReport {
  /// Money and carbon of every cell with a speed; nothing where the user said nothing of them.
  var costSection: [String] {
    guard let costs = summary.costs, !costs.cells.isEmpty else { return [] }
    let money = costs.inputs.currency ?? "money"
    let columns: [(title: String, unit: String?, dropOrder: Int?, figure: KeyPath<CostFigures, CostFigures.Figure>)] = [
      ("\(money)/1 M samples", nil, nil, \.moneyPerMillion), ("machine", nil, 1, \.machinePerMillion),
      ("electricity", nil, 0, \.electricityPerMillion), ("g CO2e/1000 samples", nil, nil, \.gramsPerThousand),
      ("samples/\(money)", nil, 2, \.samplesPerMoney),
    ]
    var table = TextTable(
      [.init("cell", isShortenable: true)]
        + columns.map { .init($0.title, unit: $0.unit, .right, dropOrder: $0.dropOrder) })
    for cell in costs.cells { table.add(row: [cell.id] + columns.map { Self.text(cell.figures[keyPath: $0.figure]) }) }
    var notes = [(lead: columns[0].title, text: "the machine's and electricity's together, PUE included.")]
    for column in columns
    where [\.machinePerMillion, \.electricityPerMillion, \.gramsPerThousand].contains(column.figure) {
      notes += Self.notes(of: column.title, costs.cells.map { $0.figures[keyPath: column.figure] })
    }
    let figures = costs.cells.flatMap { cell in columns.map { cell.figures[keyPath: $0.figure] } }
    if figures.contains(where: { Self.reach($0) != nil }) {
      notes.append(("±", "what the meter leaves open; prices and throughput are taken as they are."))
    }
    if figures.contains(where: { if case .known(_, _, _, _, true) = $0 { true } else { false } }) {
      notes.append(("~", "of modelled energy; never compare it with figures of measured energy."))
    }
    return [style.text("Cost and carbon", .title)] + table.rendered(style) + style.footnotes(notes)
  }

  /// Half of the interval that measured energy leaves; nil where there is none.
  private static func reach(_ figure: CostFigures.Figure) -> Double? {
    guard case .known(_, let lower, let upper, _, false) = figure, upper > lower else { return nil }
    return (upper - lower) / 2
  }

  /// The figure with what the meter leaves open of it, or `unavailable`.
  static func text(_ figure: CostFigures.Figure) -> String {
    switch figure {
    case .known(let value, _, _, _, let isModelled):
      (isModelled ? "~" : "") + Figure.significant(value)
        + (reach(figure).map { " ±\(Figure.significant($0))" } ?? "")
    case .unavailable: "unavailable"
    }
  }

  /// What a column is made of, and why it is unavailable where it is; each once.
  static func notes(of title: String, _ figures: [CostFigures.Figure]) -> [(lead: String, text: String)] {
    figures.reduce(into: []) { notes, figure in
      let text =
        switch figure {
        case .known(_, _, _, let origins, _): "made of \(origins.joined(separator: ", "))."
        case .unavailable(let reason): "unavailable: \(reason)"
        }
      if !notes.contains(where: { $0.text == text }) { notes.append((title, text)) }
    }
  }
}
