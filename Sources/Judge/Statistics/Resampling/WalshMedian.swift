/// The median of the Walsh averages of a few thousand values, fast where it is about known.
///
/// The number of averages up to a value grows smoothly with the value, so that the rank is bracketed by a few counts, each a
/// walk over the rows; what is left between the brackets is formed and sorted.
struct WalshMedian {
  private let halves: [Double]
  private let count: Int

  /// Of halved values, ascending and finite, at least one.
  init(_ halves: [Double]) {
    self.halves = halves
    count = halves.count * (halves.count + 1) / 2
  }

  /// The middle average, or the mean of the two in the middle.
  func value(near guess: Double) -> Double {
    let (first, second) = ((count - 1) / 2, count / 2)
    guard let least = halves.first, let most = halves.last, count > 256 else { return exact() }
    // Fewer than these ranks are below `low`, more than these are up to `high`.
    var (low, high) = (2 * least, 2 * most)
    var (below, upTo) = (0, count)
    // What a step by the rank's own spread is worth in value.
    var step = (halves[3 * halves.count / 4] - halves[halves.count / 4]) / 16
    var next = min(max(guess, low), high)
    for _ in 0..<24 {
      let number = number(below: next)
      if number <= first { (low, below) = (max(low, next), number) } else { (high, upTo) = (next, number) }
      if upTo - below <= 128 || !(low < high) { break }
      if below == 0 || upTo == count {
        // Not bracketed yet: step out, further each time.
        next = number <= first ? low + step : high - step
        step *= 4
        if next > 2 * most || next < 2 * least { next = (low + high) / 2 }
      } else {
        // Where a straight line between the brackets has the rank, a little towards the wider side.
        let share = (Double(first) + 0.5 - Double(below)) / Double(upTo - below)
        let margin = share < 0.5 ? 0.02 : -0.02
        next = low + (high - low) * min(max(share + margin, 0.01), 0.99)
      }
    }
    guard upTo - below <= 4096, upTo > second else { return exact() }
    let between = averages(from: low, below: upTo == count ? .infinity : high).sorted()
    guard first >= below, second - below < between.count, between.count == upTo - below else { return exact() }
    return between[first - below] / 2 + between[second - below] / 2
  }

  private func exact() -> Double { WalshAverages(halves: halves).median() }

  /// How many averages are below a value.
  private func number(below value: Double) -> Int {
    halves.withUnsafeBufferPointer { halves in
      var end = halves.count
      var number = 0
      for row in 0..<halves.count {
        while end > row, halves[row] + halves[end - 1] >= value { end -= 1 }
        if end <= row { break }
        number += end - row
      }
      return number
    }
  }

  private func averages(from low: Double, below high: Double) -> [Double] {
    var result: [Double] = []
    var (start, end) = (halves.count, halves.count)
    for row in halves.indices {
      while start > row, halves[row] + halves[start - 1] >= low { start -= 1 }
      while end > row, halves[row] + halves[end - 1] >= high { end -= 1 }
      for column in max(start, row)..<max(end, row, start) { result.append(halves[row] + halves[column]) }
    }
    return result
  }
}
