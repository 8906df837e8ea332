import Analysis
import Energy
import NumericFormats
import Records
import Statistics

/// A cell in the plane of throughput and energy.
struct EnergyPoint {
  let cell: CellSummary
  /// Samples a second, and their 95 % interval where there were rounds enough.
  let speed: Double
  let speedEnds: ClosedRange<Double>?
  /// Joules a sample, and the ends of the bar.
  let joules: Double
  let ends: ClosedRange<Double>
  /// Where the joules are from, for titles: two points of different origin are not comparable.
  let origin: String
  let isModelled: Bool

  /// nil for a cell without speed or without energy.
  init?(_ cell: CellSummary) {
    guard let throughput = cell.throughput, throughput.mean > 0, throughput.mean.isFinite else { return nil }
    self.cell = cell
    speed = throughput.mean
    speedEnds = throughput.interval.flatMap { Self.range($0.lower, $0.upper) }
    switch cell.energy {
    case .measured(let energy):
      // A meter errs the same way in all rounds, so that an interval over rounds does not show it.
      let reach = max(energy.uncertainty, energy.interval?.halfWidth ?? 0)
      guard let ends = Self.range(energy.joules - reach, energy.joules + reach) else { return nil }
      (joules, self.ends, isModelled) = (energy.joules, ends, false)
      origin = "measured by \(energy.source): \(energy.domains.joined(separator: ", "))"
    case .modelled(let energy):
      guard let ends = Self.range(energy.lower, energy.upper) else { return nil }
      (joules, self.ends, isModelled) = (energy.joules, ends, true)
      origin = "modelled by \(energy.model), not measured"
    case .unavailable, nil: return nil
    }
    guard joules > 0, joules.isFinite else { return nil }
  }

  private static func range(_ lower: Double, _ upper: Double) -> ClosedRange<Double>? {
    lower.isFinite && upper.isFinite && lower <= upper ? lower...upper : nil
  }

  /// The contract where its name says the precision too.
  private var numerics: String {
    let (precision, numerics) = (cell.cell.precision.rawValue, cell.cell.numerics)
    return numerics.hasPrefix(precision) ? numerics : "\(precision) \(numerics)"
  }

  /// What can set cells of one workload apart, in the order of their ids.
  var parts: [String] {
    let cell = cell.cell
    return [
      numerics, cell.engine,
      cell.placement.instances.count > 1 ? Figure.counted(cell.placement.instances.count, "instance") : "",
      Figure.counted(cell.placement.threads, "thread"), "batch \(cell.batch)",
      cell.measurement.name, cell.placement.variations.joined(separator: " "),
    ]
  }

  /// The figures beside a label.
  var figures: String {
    let mark = isModelled ? "~" : ""
    let reach =
      isModelled
      ? ", \(Figure.significant(ends.lowerBound)) to \(Figure.significant(ends.upperBound))"
      : " ±\(Figure.significant(ends.upperBound - joules))"
    return "\(Figure.significant(speed)) samples/s · \(mark)\(Figure.significant(joules)) J/sample\(reach)"
  }
}
