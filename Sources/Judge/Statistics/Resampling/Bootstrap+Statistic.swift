extension Bootstrap.Statistic {
  /// The statistic of ascending values.
  func value(ofSorted values: [Double]) -> Double? {
    switch self {
    case .mean: Average.mean(values)
    case .median: Self.middle(values.count) { values[$0] }
    case .hodgesLehmann: WalshAverages(halves: values.map { $0 / 2 }).median()
    }
  }

  /// The statistic without each of the values, which ascend and are at least two.
  func leavingOut(_ values: [Double]) -> [Double] {
    let rest = values.count - 1
    switch self {
    case .mean:
      let sum = values.reduce(0, +)
      return values.map { (sum - $0) / Double(rest) }
    case .median: return values.indices.map { out in Self.middle(rest) { values[$0 < out ? $0 : $0 + 1] } }
    case .hodgesLehmann:
      return values.indices.map { out in
        var halves = values.map { $0 / 2 }
        halves.remove(at: out)
        return WalshAverages(halves: halves).median()
      }
    }
  }

  /// The middle of so many ascending values, or the mean of the two in the middle.
  static func middle(_ count: Int, _ value: (Int) -> Double) -> Double {
    value((count - 1) / 2) / 2 + value(count / 2) / 2
  }
}
