import Analysis
import Energy

/// The energy column and the footnotes that say where joules come from, or why there are none.
struct EnergyNotes {
  /// The footnotes: what they explain, and the explanation, each once.
  let lines: [(lead: String, text: String)]

  init(_ cells: [CellSummary]) {
    var lines: [(lead: String, text: String)] = []
    func add(_ lead: String, _ text: String) {
      if !lines.contains(where: { $0.lead == lead && $0.text == text }) { lines.append((lead, text)) }
    }
    for cell in cells {
      switch cell.energy {
      case .measured(let energy):
        add(
          "J/sample",
          "measured by \(energy.source): all that \(energy.domains.joined(separator: ", ")) drew in the windows, idle "
            + "power and other processes included; ± is what the meter leaves open, or the 95 % interval over rounds where that "
            + "is wider.")
        if energy.rounds < energy.totalRounds {
          add("J/sample", "some rounds could not be metered; the figure is of those that were.")
        }
      case .modelled(let energy):
        add("~", "modelled by \(energy.model), not measured; never compare it with measured joules.")
      case .unavailable(let reason): add("unavailable", reason)
      case nil: break
      }
      for other in cell.otherEnergies {
        guard case .unavailable(let reason) = other.energy else { continue }
        // Once for a meter: windows differ by milliseconds.
        if !lines.contains(where: { $0.lead == other.source }) {
          lines.append((other.source, "unavailable: \(reason)"))
        }
      }
    }
    self.lines = lines
  }

  /// One cell's entry.
  func text(of cell: CellSummary) -> String {
    switch cell.energy {
    case .measured(let energy):
      "\(Figure.significant(energy.joules)) ±\(Figure.fixed(energy.widestShare * 100, 1))%"
    case .modelled(let energy): "~\(Figure.significant(energy.joules))"
    case .unavailable: "unavailable"
    case nil: "-"
    }
  }
}
