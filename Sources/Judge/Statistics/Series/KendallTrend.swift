/// Kendall's tau of values and time, and how often chance does as much.
struct KendallTrend {
  /// Tau-b; time has no ties.
  let tau: Double
  /// Two-sided.
  let p: Double

  /// Up to this many values without ties the distribution is counted.
  static let mostExact = 100

  /// nil for a constant series.
  init?(_ values: [Double]) {
    let count = values.count
    var sorted = values
    let descents = Self.descents(&sorted)
    // Groups of equal values, now together.
    var (tiedPairs, correction) = (0.0, 0.0)
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, sorted[end] == sorted[start] { end += 1 }
      let group = Double(end - start)
      tiedPairs += group * (group - 1) / 2
      correction += group * (group - 1) * (2 * group + 5)
      start = end
    }
    let n = Double(count)
    let pairs = n * (n - 1) / 2
    guard tiedPairs < pairs else { return nil }
    let excess = pairs - tiedPairs - 2 * Double(descents)
    tau = excess / (pairs * (pairs - tiedPairs)).squareRoot()
    if tiedPairs == 0, count <= Self.mostExact {
      p = Self.exact(count, descents: min(descents, Int(pairs) - descents))
    } else {
      let variance = (n * (n - 1) * (2 * n + 5) - correction) / 18
      p = min(1, 2 * Normal.below(-abs(excess) / variance.squareRoot()))
    }
  }

  /// Pairs whose later value is the smaller one, counted while sorting by merging; `values` is ascending afterwards.
  private static func descents(_ values: inout [Double]) -> Int {
    var other = values
    var descents = 0
    var width = 1
    while width < values.count {
      for start in stride(from: 0, to: values.count, by: 2 * width) {
        let (middle, end) = (min(start + width, values.count), min(start + 2 * width, values.count))
        var (left, right) = (start, middle)
        for place in start..<end {
          if left < middle, right == end || values[left] <= values[right] {
            other[place] = values[left]
            left += 1
          } else {
            // All that is left of the first half is greater and came earlier.
            descents += middle - left
            other[place] = values[right]
            right += 1
          }
        }
      }
      swap(&values, &other)
      width *= 2
    }
    return descents
  }

  /// Twice the share of orders with at most so many descents: the k-th value has 0 to k - 1 of them, each as often.
  private static func exact(_ count: Int, descents: Int) -> Double {
    var shares = [1.0]
    for k in 2...max(2, count) {
      var next: [Double] = []
      var sum = 0.0
      for place in 0...min(descents, shares.count + k - 2) {
        if place < shares.count { sum += shares[place] }
        if place >= k, place - k < shares.count { sum -= shares[place - k] }
        next.append(sum / Double(k))
      }
      shares = next
    }
    return min(1, 2 * shares.reduce(0, +))
  }
}
