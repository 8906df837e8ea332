/// Draws samples again from ascending values.
struct Resampler {
  private let values: [Double]
  private var random: SeededRandom

  init(_ sorted: [Double], seed: UInt64) {
    values = sorted
    random = SeededRandom(seed: seed)
  }

  /// Means of resamples.
  mutating func means(_ count: Int) -> [Double] {
    let size = values.count
    var random = random
    defer { self.random = random }
    return values.withUnsafeBufferPointer { values in
      (0..<count).map { _ in
        var sum = 0.0
        for _ in 0..<size { sum += values[random.index(below: size)] }
        return sum / Double(size)
      }
    }
  }

  /// Medians of resamples.
  mutating func medians(_ count: Int) -> [Double] {
    let (size, values) = (values.count, values)
    return (0..<count).map { _ in
      drawing { times in
        // The two places in the middle, found by counting up.
        var (place, passed) = (0, times[0])
        while passed <= (size - 1) / 2 {
          place += 1
          passed += times[place]
        }
        let first = values[place]
        while passed <= size / 2 {
          place += 1
          passed += times[place]
        }
        return first / 2 + values[place] / 2
      }
    }
  }

  /// Hodges and Lehmann's estimates of resamples.
  mutating func hodgesLehmann(_ count: Int) -> [Double] {
    let size = values.count
    let halves = values.map { $0 / 2 }
    // Where the median of the sample's own Walsh averages lies, that of a resample is near.
    let start = WalshAverages(halves: halves).median()
    return (0..<count).map { _ in
      drawing { times in
        let drawn = [Double](unsafeUninitializedCapacity: size) { buffer, filled in
          for place in 0..<size {
            for _ in 0..<times[place] {
              buffer.initializeElement(at: filled, to: halves[place])
              filled += 1
            }
          }
        }
        return WalshMedian(drawn).value(near: start)
      }
    }
  }

  /// Counts how often each value is drawn.
  private mutating func drawing<Result>(_ body: (UnsafeMutableBufferPointer<Int>) -> Result) -> Result {
    let size = values.count
    var random = random
    defer { self.random = random }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: size) { times in
      times.update(repeating: 0)
      for _ in 0..<size { times[random.index(below: size)] += 1 }
      return body(times)
    }
  }
}
