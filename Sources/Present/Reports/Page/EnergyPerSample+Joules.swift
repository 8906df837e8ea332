import Analysis
import Energy

extension EnergyPerSample {
  /// Joules a sample whoever told them, for sorting and drawing; nil where they are unavailable or nothing to draw. Whoever
  /// shows them says whether they are modelled.
  var knownJoules: Double? {
    let joules: Double
    switch self {
    case .measured(let energy): joules = energy.joules
    case .modelled(let energy): joules = energy.joules
    case .unavailable: return nil
    }
    return joules > 0 && joules.isFinite ? joules : nil
  }
}
