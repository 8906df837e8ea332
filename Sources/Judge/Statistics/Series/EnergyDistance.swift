/// The point of a series at which what is before and what is after differ most.
enum EnergyDistance {
  /// In segments up to this length what is after may end before the segment does, which finds a level that is left and taken up
  /// again; in longer ones it goes up to the end, because the other search takes quadratic time.
  static let mostForBothEnds = 300

  /// The index of the first value after the clearest change in any segment, and how clear it is: the energy distance of both
  /// sides times n m / (n + m). nil where no segment has room for a change.
  static func best(_ values: [Double], _ segments: [Range<Int>], _ least: Int) -> (index: Int, value: Double)? {
    var best: (index: Int, value: Double)?
    for segment in segments where segment.count >= 2 * least {
      let part = Array(values[segment])
      let found = part.count <= mostForBothEnds ? bothEnds(part, least) : toTheEnd(part, least)
      if found.value > best?.value ?? -.infinity { best = (segment.lowerBound + found.index, found.value) }
    }
    return best
  }

  /// Sums of distances within the first n and the next m values, and between them, to the scaled distance (Matteson and James,
  /// 2.2).
  private static func scaled(_ n: Int, _ m: Int, _ first: Double, _ second: Double, _ between: Double) -> Double {
    let (n, m) = (Double(n), Double(m))
    return n * m / (n + m)
      * (2 * between / (n * m) - 2 * first / (n * (n - 1)) - 2 * second / (m * (m - 1)))
  }

  /// All ends of what is before and all of what is after: quadratic time.
  private static func bothEnds(_ values: [Double], _ least: Int) -> (index: Int, value: Double) {
    let count = values.count
    let fromStart = withinPrefixes(values)
    var best = (index: least, value: -Double.infinity)
    // Sums of distances within start ..< end, for the present start and every end.
    var within = [Double](repeating: 0, count: count + 1)
    values.withUnsafeBufferPointer { values in
      within.withUnsafeMutableBufferPointer { within in
        for start in stride(from: count - 1, through: least, by: -1) {
          var toNew = 0.0
          var end = start + 1
          while end < count {
            toNew += abs(values[start] - values[end])
            end += 1
            within[end] += toNew
          }
          end = start + least
          while end <= count {
            let between = fromStart[end] - fromStart[start] - within[end]
            let value = scaled(start, end - start, fromStart[start], within[end], between)
            if value > best.value { best = (start, value) }
            end += 1
          }
        }
      }
    }
    return best
  }

  /// What is after goes up to the end: n log n.
  private static func toTheEnd(_ values: [Double], _ least: Int) -> (index: Int, value: Double) {
    let count = values.count
    let fromStart = withinPrefixes(values)
    let fromEnd = withinPrefixes(values.reversed())
    var best = (index: least, value: -Double.infinity)
    for start in least...(count - least) {
      let second = fromEnd[count - start]
      let between = fromStart[count] - fromStart[start] - second
      let value = scaled(start, count - start, fromStart[start], second, between)
      if value > best.value { best = (start, value) }
    }
    return best
  }

  /// Sums of all distances within the first n values, for every n.
  ///
  /// A new value is apart from smaller ones by itself less each of them, so that their number and sum are enough: both are kept
  /// in a tree over the ranks (Fenwick, A new data structure for cumulative frequency tables, 1994).
  private static func withinPrefixes(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    for (rank, index) in order.enumerated() { ranks[index] = rank + 1 }
    var numbers = [Double](repeating: 0, count: values.count + 1)
    var sums = numbers
    var result = [0.0]
    result.reserveCapacity(values.count + 1)
    var total = 0.0
    var distance = 0.0
    for (index, value) in values.enumerated() {
      var (number, sum) = (0.0, 0.0)
      var place = ranks[index]
      while place > 0 {
        number += numbers[place]
        sum += sums[place]
        place &= place - 1
      }
      distance += value * number - sum + (total - sum) - value * (Double(index) - number)
      result.append(distance)
      total += value
      place = ranks[index]
      while place <= values.count {
        numbers[place] += 1
        sums[place] += value
        place += place & -place
      }
    }
    return result
  }
}
