/// Changes of a series in time.
public enum ChangePoints {
  /// No longer series is searched; of a longer one the last so many values are.
  public static let mostValues = 20_000
  /// No more permutations are drawn.
  public static let mostPermutations = 100_000

  /// E-divisive (Matteson and James, A nonparametric approach for multiple change point analysis, 2014, with alpha = 1).
  ///
  /// The energy distance between what is before and after a point is largest at a change. Segments are divided where that is
  /// largest of all, as long as it is larger than in all but `level` of the permutations within segments. Assumes values that
  /// are independent between changes; changes of level and of scatter are found.
  ///
  /// - Parameters:
  ///   - values: In the order of time. Nothing is found in fewer than 2 x `leastSize`.
  ///   - level: The p-value up to which a change is kept.
  ///   - permutations: The least p-value is 1 / (permutations + 1).
  ///   - seed: The same seed gives the same result.
  ///   - leastSize: The fewest values between two changes, at least 2.
  /// - Returns: The changes in the order of time; none where a value is not finite.
  public static func eDivisive(
    _ values: [Double], level: Double = 0.05, permutations: Int = 199, seed: UInt64 = 1, leastSize: Int = 5
  ) -> [ChangePoint] {
    let leastSize = max(2, min(leastSize, values.count))
    guard values.allSatisfy(\.isFinite), values.count >= 2 * leastSize, permutations > 0 else { return [] }
    let first = max(0, values.count - mostValues)
    var segments = [first..<values.count]
    var found: [(index: Int, p: Double)] = []
    var random = SeededRandom(seed: seed)
    let count = min(permutations, mostPermutations)
    var ranked = values
    // Nothing of an infinite sum: the energy distance is the same up to a factor.
    let scale = values.reduce(0) { max($0, abs($1)) }
    guard scale > 0 else { return [] }
    for index in ranked.indices { ranked[index] /= scale }
    while let best = EnergyDistance.best(ranked, segments, leastSize) {
      var atLeast = 0
      // No more than so many may be as clear; beyond that the outcome is known.
      let most = Int((level * Double(count + 1)).rounded(.down)) - 1
      for _ in 0..<count where atLeast <= most {
        let drawn = permuted(ranked, segments, &random)
        if let other = EnergyDistance.best(drawn, segments, leastSize), other.value >= best.value { atLeast += 1 }
      }
      guard atLeast <= most else { break }
      found.append((best.index, Double(atLeast + 1) / Double(count + 1)))
      guard let place = segments.firstIndex(where: { $0.contains(best.index) }) else { break }
      let whole = segments[place]
      segments.replaceSubrange(place...place, with: [whole.lowerBound..<best.index, best.index..<whole.upperBound])
    }
    return points(found, values, segments)
  }

  private static func points(
    _ found: [(index: Int, p: Double)], _ values: [Double], _ segments: [Range<Int>]
  ) -> [ChangePoint] {
    zip(segments, segments.dropFirst()).compactMap { before, after in
      guard let change = found.first(where: { $0.index == after.lowerBound }),
        let left = Median.of(Array(values[before])), let right = Median.of(Array(values[after]))
      else { return nil }
      return ChangePoint(index: change.index, p: change.p, before: left, after: right)
    }
  }

  private static func permuted(
    _ values: [Double], _ segments: [Range<Int>], _ random: inout SeededRandom
  ) -> [Double] {
    var result = values
    for segment in segments {
      var last = segment.upperBound - 1
      while last > segment.lowerBound {
        result.swapAt(last, segment.lowerBound + random.index(below: last - segment.lowerBound + 1))
        last -= 1
      }
    }
    return result
  }
}
