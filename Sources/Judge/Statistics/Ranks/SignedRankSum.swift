import Glibc

/// The rank sum of the positive differences, and how often a sum is as small or as large.
struct SignedRankSum {
  /// P(sum <= this one) under symmetry.
  let lower: Double
  /// P(sum >= this one) under symmetry.
  let upper: Double

  init?(_ d: [Double], shift: Double) {
    guard !d.isEmpty, shift.isFinite else { return nil }
    var values = d
    if shift != 0 { for index in values.indices { values[index] -= shift } }
    guard values.allSatisfy(\.isFinite) else { return nil }
    values = Sorting.byMagnitude(values)
    // Doubled midranks of the values that are not zero, and those of the positive ones summed.
    var ranks: [Int] = []
    ranks.reserveCapacity(values.count)
    var positive = 0
    var isTied = false
    var start = 0
    while start < values.count {
      let magnitude = abs(values[start])
      var end = start + 1
      while end < values.count, abs(values[end]) == magnitude { end += 1 }
      if magnitude > 0 {
        let doubled = start + 1 + end
        for index in start..<end {
          ranks.append(doubled)
          if values[index] > 0 { positive += doubled }
        }
      }
      if end > start + 1 || magnitude == 0 { isTied = true }
      start = end
    }
    if !isTied, values.count <= SignedRank.mostExact {
      let distribution = SignedRankDistribution.untied(values.count)
      lower = distribution.lower(positive / 2)
      upper = distribution.upper(positive / 2)
    } else if values.count <= SignedRank.mostExact {
      let distribution = SignedRankDistribution(ranks: ranks)
      lower = distribution.lower(positive)
      upper = distribution.upper(positive)
    } else {
      // Half of the doubled ranks; each is in the sum or not, with variance rank^2 / 4.
      let mean = ranks.reduce(0) { $0 + Double($1) / 4 }
      let deviation = ranks.reduce(0) { $0 + Double($1) * Double($1) / 16 }.squareRoot()
      let distance = Double(positive) / 2 - mean
      // Zeros alone say nothing.
      lower = deviation > 0 ? Normal.below((distance + 0.5) / deviation) : 1
      upper = deviation > 0 ? Normal.below((0.5 - distance) / deviation) : 1
    }
  }
}
