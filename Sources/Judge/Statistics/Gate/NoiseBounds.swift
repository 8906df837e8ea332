/// Lower bounds that noise alone gives, drawn from the differences of a null arm.
///
/// Loops are written with `while` over plain pointers, which debug builds, and so the simulations in the tests, run several
/// times faster than ranges over buffers.
struct NoiseBounds {
  private let rounds: Int
  private let rank: Int
  private let resamples: Int
  /// `resamples` samples of `rounds` halved differences each, ascending.
  private let halves: [Double]

  /// - Parameter rank: The bound is the Walsh average of this rank from below, from 1.
  init(_ null: [Double], rounds: Int, rank: Int, resamples: Int, seed: UInt64) {
    self.rounds = rounds
    self.rank = rank
    self.resamples = resamples
    // Every difference with both signs, in order.
    let support = Sorting.ascending(null.flatMap { [$0 / 2, -$0 / 2] })
    let size = null.count
    halves = [Double](unsafeUninitializedCapacity: resamples * rounds) { halves, count in
      var random = SeededRandom(seed: seed)
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * size) { scratch in
        support.withUnsafeBufferPointer { support in
          guard let scratch = scratch.baseAddress, let support = support.baseAddress, let halves = halves.baseAddress
          else { return }
          var filled = 0
          var left = resamples
          while left > 0 {
            left -= 1
            Self.draw(size: size, rounds: rounds, scratch, &random)
            // Positions drawn so often, in order: the sample is sorted without a sort.
            var position = 0
            while position < 2 * size {
              var times = scratch[position]
              while times > 0 {
                halves[filled] = support[position]
                filled += 1
                times -= 1
              }
              position += 1
            }
          }
          count = filled
        }
      }
    }
  }

  /// Counts, in the first 2 x size places, how often each signed difference is drawn; the rest holds the redrawn null.
  private static func draw(
    size: Int, rounds: Int, _ scratch: UnsafeMutablePointer<Int>, _ random: inout SeededRandom
  ) {
    var place = 0
    while place < 2 * size {
      scratch[place] = 0
      place += 1
    }
    while place < 3 * size {
      scratch[place] = random.index(below: size)
      place += 1
    }
    var left = rounds
    while left > 0 {
      left -= 1
      let drawn = random.index(below: 2 * size)
      let magnitude = scratch[2 * size + drawn / 2]
      // The k-th least difference in size lies k places from the middle, on the side of its sign.
      scratch[drawn & 1 == 0 ? size + magnitude : size - 1 - magnitude] += 1
    }
  }

  /// The least distance below 0 that so large a share of the bounds stays within.
  func reach(share: Double) -> Double {
    // So many bounds may lie further out.
    let beyond = resamples - Int((share * Double(resamples)).rounded(.up))
    return halves.withUnsafeBufferPointer { halves in
      guard let halves = halves.baseAddress else { return 0 }
      var open = Array(0..<resamples)
      var outside = 0
      var low = 0.0
      var high = 0.0
      for sample in 0..<resamples { high = max(high, -2 * halves[sample * rounds]) }
      guard high > 0, high.isFinite else { return 0 }
      // Each step settles about half of the samples: those beyond `high`, which are counted, and those within `low`.
      for _ in 0..<48 where !open.isEmpty {
        let reach = (low + high) / 2
        var (within, out): ([Int], [Int]) = ([], [])
        for sample in open {
          if isBelow(halves, sample, -reach) { out.append(sample) } else { within.append(sample) }
        }
        if outside + out.count <= beyond {
          (high, open) = (reach, within)
          outside += out.count
        } else {
          (low, open) = (reach, out)
        }
      }
      return high
    }
  }

  /// Whether the bound of a sample is below a value: at least `rank` Walsh averages are.
  private func isBelow(_ halves: UnsafePointer<Double>, _ sample: Int, _ value: Double) -> Bool {
    let start = sample * rounds
    var count = 0
    var (row, end) = (0, rounds)
    while row < end {
      let half = halves[start + row]
      while end > row, half + halves[start + end - 1] >= value { end -= 1 }
      count += end - row
      if count >= rank { return true }
      row += 1
    }
    return false
  }
}
