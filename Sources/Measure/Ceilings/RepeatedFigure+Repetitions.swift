import Records
import Statistics

extension RepeatedFigure {
  /// The figure of repeated rates, where more is better; nil for none.
  init?(rates: [Double]) { self.init(ordered: rates.sorted(by: >)) }

  /// The figure of repeated times, where less is better; nil for none.
  init?(times: [Double]) { self.init(ordered: times.sorted()) }

  /// `values` go from the best to the worst.
  private init?(ordered values: [Double]) {
    let places = Array(values.indices)
    guard let best = values.first, let median = Percentile.value(0.5, ofSorted: places),
      let decile = Percentile.value(0.9, ofSorted: places)
    else { return nil }
    self.init(best: best, median: values[median], worstDecile: values[decile], repetitions: values.count)
  }
}
