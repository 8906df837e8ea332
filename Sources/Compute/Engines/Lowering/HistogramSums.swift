import Glibc

/// Running sums over a histogram, which make the cost of any range a matter of its ends.
struct HistogramSums {
  private let half: Int
  private let width: Double
  private let isFolded: Bool
  private let counts: [Double]
  /// Sums over the bins before each edge: of counts, of bins that are not empty, of counts times their logarithms, of counts
  /// times centres and times centres squared.
  private let before: [Double]
  private let full: [Int]
  private let entropy: [Double]
  private let first: [Double]
  private let second: [Double]

  /// Sums of bins around zero.
  ///
  /// - Parameter folds: counts each bin below zero to the one as far above it.
  init(_ bins: [Double], width: Double, folds: Bool) {
    half = bins.count / 2
    self.width = width
    isFolded = folds
    var counts = bins
    if folds {
      for bin in 0..<half {
        counts[half + bin] += counts[half - 1 - bin]
        counts[half - 1 - bin] = 0
      }
    }
    var sums = (before: [0.0], full: [0], entropy: [0.0], first: [0.0], second: [0.0])
    for (bin, count) in counts.enumerated() {
      let centre = (Double(bin - half) + 0.5) * width
      sums.before.append(sums.before[bin] + count)
      sums.full.append(sums.full[bin] + (count > 0 ? 1 : 0))
      sums.entropy.append(sums.entropy[bin] + Self.timesLog(count))
      sums.first.append(sums.first[bin] + count * centre)
      sums.second.append(sums.second[bin] + count * centre * centre)
    }
    self.counts = counts
    (before, full, entropy, first, second) = sums
  }

  private var total: Double { before[counts.count] }

  /// The part of `ends` (which contain zero) that a method keeps.
  ///
  /// - Parameter levels: values that the format can hold within the range.
  func clipped(
    to ends: (least: Double, greatest: Double), _ method: CalibrationMethod, levels: Int
  ) -> (least: Double, greatest: Double) {
    guard total > 0 else { return ends }
    switch method {
    case .minMax: return ends
    case .percentile(let percent):
      let cut = (100 - percent) / 100
      // A histogram of magnitudes has only one end.
      let outside = (isFolded ? cut : cut / 2) * total
      let low = (0...half).last { before[$0] <= outside } ?? 0
      let high = (half...counts.count).first { total - before[$0] <= outside } ?? counts.count
      return (max(ends.least, edge(low)), min(ends.greatest, edge(high)))
    case .entropy: return threshold(within: ends, levels: levels, offset: 0.5) { divergence($0, levels: levels) }
    case .meanSquaredError:
      return threshold(within: ends, levels: levels, offset: 0) { squaredError($0, levels: levels) }
    }
  }

  /// Cuts at plus and minus the number of bins whose cost is least.
  private func threshold(
    within ends: (least: Double, greatest: Double), levels: Int, offset: Double, cost: (Range<Int>) -> Double
  ) -> (least: Double, greatest: Double) {
    let lowest = half + Int((ends.least / width).rounded(.down)),
      highest = half + Int((ends.greatest / width).rounded(.up))
    var best = (cost: Double.infinity, bins: half)
    for bins in 1...half {
      let low = max(half - bins, lowest, 0), high = min(half + bins, highest, counts.count)
      // With fewer bins than levels there would be nothing to choose.
      guard high - low >= levels else { continue }
      let cost = cost(low..<high)
      if cost < best.cost { best = (cost, bins) }
    }
    let threshold = (Double(best.bins) + offset) * width
    return (max(ends.least, -threshold), min(ends.greatest, threshold))
  }

  /// Kullback and Leibler's divergence of the histogram, clipped to `kept` with what lies outside in the outermost bins,
  /// from what `levels` groups of bins can hold of it: each group's sum spread evenly over its bins that are not empty.
  private func divergence(_ kept: Range<Int>, levels: Int) -> Double {
    let inside = before[kept.upperBound] - before[kept.lowerBound]
    let below = before[kept.lowerBound], above = total - before[kept.upperBound]
    let (first, last) = (counts[kept.lowerBound], counts[kept.upperBound - 1])
    // What lies outside would be where the quantised histogram has nothing.
    guard inside > 0, below == 0 || first > 0, above == 0 || last > 0 else { return .infinity }
    var sum = entropy[kept.upperBound] - entropy[kept.lowerBound]
    sum += Self.timesLog(first + below) - Self.timesLog(first) + Self.timesLog(last + above) - Self.timesLog(last)
    sum -= total * log(total / inside)
    var begin = kept.lowerBound
    for group in 1...levels {
      let end = kept.lowerBound + group * kept.count / levels
      defer { begin = end }
      let quantised = before[end] - before[begin]
      guard quantised > 0 else { continue }
      let clipped = quantised + (group == 1 ? below : 0) + (group == levels ? above : 0)
      sum -= clipped * log(quantised / Double(full[end] - full[begin]))
    }
    return sum / total
  }

  /// The squared error of values outside `kept`, at the centres of their bins, and of rounding the others, spread evenly
  /// over a step.
  private func squaredError(_ kept: Range<Int>, levels: Int) -> Double {
    func moment(_ bins: Range<Int>, around place: Double) -> Double {
      func sum(_ sums: [Double]) -> Double { sums[bins.upperBound] - sums[bins.lowerBound] }
      return sum(second) - 2 * place * sum(first) + place * place * sum(before)
    }
    let (least, greatest) = (edge(kept.lowerBound), edge(kept.upperBound))
    let step = (greatest - least) / Double(levels - 1)
    let inside = before[kept.upperBound] - before[kept.lowerBound]
    return moment(0..<kept.lowerBound, around: least) + moment(kept.upperBound..<counts.count, around: greatest)
      + inside * step * step / 12
  }

  private func edge(_ bin: Int) -> Double { Double(bin - half) * width }

  private static func timesLog(_ count: Double) -> Double { count > 0 ? count * log(count) : 0 }
}
