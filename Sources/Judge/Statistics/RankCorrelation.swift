/// Correlation of orders.
public enum RankCorrelation {
  /// Spearman's rho: Pearson's correlation of the ranks; equal values share the average of their ranks.
  ///
  /// - Returns: nil for lists of different lengths, for fewer than two pairs, for a value that is not finite, and where
  ///   one list is constant and so has no order to compare.
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count == y.count, x.count >= 2, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { return nil }
    // Ranks 1...n always have the mean (n + 1) / 2, with or without ties.
    let mean = Double(x.count + 1) / 2
    let xs = ranks(x).map { $0 - mean }
    let ys = ranks(y).map { $0 - mean }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let scale = (product(xs, xs) * product(ys, ys)).squareRoot()
    return scale > 0 ? max(-1, min(1, product(xs, ys) / scale)) : nil
  }

  /// Ranks from 1, in the order of `values`; equal values share the average of the ranks that they take together.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Positions start + 1 ... end have this mean.
      for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
