import Analysis

/// Money and carbon as columns of a CSV file.
struct CSVCosts {
  private let figures: [String: CostFigures]
  private let currency: String

  /// Makes columns of the figures of cells, by their ids.
  init(_ figures: [String: CostFigures], currency: String) {
    self.figures = figures
    self.currency = currency
  }

  /// The columns.
  var columns: [CSVExport.Column] {
    bounded("cost_\(currency)_per_1e6_samples", \.moneyPerMillion)
      + bounded("machine_cost_\(currency)_per_1e6_samples", \.machinePerMillion)
      + bounded("electricity_cost_\(currency)_per_1e6_samples", \.electricityPerMillion)
      + bounded("samples_per_\(currency)", \.samplesPerMoney) + reasons("cost", \.moneyPerMillion)
      + bounded("carbon_gCO2e_per_1000_samples", \.gramsPerThousand) + reasons("carbon", \.gramsPerThousand)
  }

  private typealias Path = KeyPath<CostFigures, CostFigures.Figure>

  /// The figure and its bounds.
  private func bounded(_ name: String, _ path: Path) -> [CSVExport.Column] {
    func column(_ prefix: String, _ part: @escaping (CostFigures.Figure) -> Double?) -> CSVExport.Column {
      .init(prefix + name) { CSVField.number(figures[$0.id].flatMap { part($0[keyPath: path]) }) }
    }
    return [
      column("") { $0.value },
      column("lower_") { if case .known(_, let lower, _, _, _) = $0 { lower } else { nil } },
      column("upper_") { if case .known(_, _, let upper, _, _) = $0 { upper } else { nil } },
    ]
  }

  /// What a figure is made of, and why there is none.
  private func reasons(_ name: String, _ path: Path) -> [CSVExport.Column] {
    [
      .init("\(name)_of") { cell in
        guard case .known(_, _, _, let origins, _) = figures[cell.id]?[keyPath: path] else { return "" }
        return CSVField.text(origins.joined(separator: "; "))
      },
      .init("\(name)_reason") { cell in
        switch figures[cell.id]?[keyPath: path] {
        case .unavailable(let reason): CSVField.text(reason)
        case .known: ""
        case nil: "no speed"
        }
      },
    ]
  }
}
