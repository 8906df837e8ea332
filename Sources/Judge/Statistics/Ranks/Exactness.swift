extension SignedRank {
  /// Whether ``p(_:shift:_:)`` and ``interval(_:confidence:)`` of so many differences come from the counted distribution, and
  /// not from the normal one.
  public static func isExact(_ count: Int) -> Bool { count <= mostExact }
}

extension MannWhitney {
  /// Whether ``p(_:_:shift:_:)`` of these samples comes from the counted distribution, and not from the normal one.
  public static func isExact(_ x: [Double], _ y: [Double]) -> Bool {
    let (pairs, overflow) = x.count.multipliedReportingOverflow(by: y.count)
    guard !overflow, pairs <= RankSumDistribution.mostAdditions else { return false }
    let (chosen, all) = (min(x.count, y.count), x.count + y.count)
    let isTied = Set(x + y).count < all
    // Midranks end in halves, so that twice as many sums are counted.
    let range = isTied ? 2 * pairs : pairs
    return RankSumDistribution.additions(chosen: chosen, all: all, range: range) <= RankSumDistribution.mostAdditions
  }
}
