/// One-sided signed-rank p-values with ties and zeros broken against the alternative.
///
/// The statistic is the number of Walsh averages that are truly above (or below) the shift; without ties that is the rank sum.
/// Ties broken at random would give the distribution without ties, and broken against the alternative the statistic can only be
/// less than so. A p-value at most some level is therefore the same as the bound of ``SignedRank/bound(_:_:level:)`` of that
/// level lying beyond the shift, for any data.
struct CautiousSignedRank {
  /// For "the centre is above the shift".
  let greater: Double
  /// For "the centre is below the shift".
  let less: Double

  /// nil for no values and for values that are not finite.
  init?(_ d: [Double], shift: Double) {
    guard !d.isEmpty else { return nil }
    var values = d
    for index in values.indices {
      values[index] -= shift
      guard values[index].isFinite else { return nil }
    }
    values = Sorting.byMagnitude(values)
    var (above, below) = (0, 0)
    var start = 0
    while start < values.count {
      let magnitude = abs(values[start])
      var (positive, end) = (0, start)
      while end < values.count, abs(values[end]) == magnitude {
        if values[end] > 0 { positive += 1 }
        end += 1
      }
      // Each one outweighs all that are smaller, and pairs of its equals count with each other and itself.
      if magnitude > 0 {
        let negative = end - start - positive
        above += positive * start + positive * (positive + 1) / 2
        below += negative * start + negative * (negative + 1) / 2
      }
      start = end
    }
    greater = SignedRank.untiedUpperTail(values.count, sum: above)
    less = SignedRank.untiedUpperTail(values.count, sum: below)
  }
}

extension SignedRank {
  /// P(rank sum >= sum) of so many differences without ties.
  static func untiedUpperTail(_ count: Int, sum: Int) -> Double {
    guard count > mostExact else { return SignedRankDistribution.untied(count).upper(sum) }
    let n = Double(count)
    let distance = Double(sum) - n * (n + 1) / 4
    return Normal.below((0.5 - distance) / (n * (n + 1) * (2 * n + 1) / 24).squareRoot())
  }
}
