import Glibc

/// The distributions of GCC's C++ library (libstdc++ 11 and later), draw for draw: the standard leaves them open, so the
/// traffic of LoadGen is that of this library.
extension MersenneTwister {
  /// A whole number from 0 to `range` - 1, as `uniform_int_distribution` draws it.
  ///
  /// The upper half of the product of one output and the range; products whose lower half is below 2^32 mod range are
  /// drawn again, so that all numbers are equally likely (Lemire, ACM TOMACS 29, 2019).
  ///
  /// - Parameter range: At least 1; even the only number of a range of 1 takes an output.
  mutating func uniform(below range: UInt32) -> UInt32 {
    var product = UInt64(next()) &* UInt64(range)
    if UInt32(truncatingIfNeeded: product) < range {
      let threshold = (0 &- range) % range
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(next()) &* UInt64(range)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// A number from 0 to below 1 of two outputs, the first one less significant, as `generate_canonical<double, 53>` does.
  mutating func canonical() -> Double {
    let low = Double(next())
    let high = Double(next())
    let value = (low + high * 0x1p32) / 0x1p64
    return value < 1 ? value : 1.0.nextDown
  }

  /// A gap between independent events of rate 1, as `exponential_distribution` draws it: -ln(1 - u).
  mutating func exponential() -> Double { -log(1 - canonical()) }

  /// Walks through the exchanges of `std::shuffle` of `count` places (at most 2^31) and hands each to `swap`.
  ///
  /// Up to 65,535 places one draw decides about two exchanges: for places i and i + 1 it is uniform below (i + 1)(i + 2), its
  /// quotient by i + 2 is the partner of place i and its remainder that of place i + 1. An even number of places begins with a
  /// draw for place 1 alone. More places take one draw each.
  @inline(__always)
  mutating func shuffle(count: Int, swap: (Int, Int) -> Void) {
    guard count > 1 else { return }
    guard UInt32.max / UInt32(count) >= UInt32(count) else {
      for place in 1..<count { swap(place, Int(uniform(below: UInt32(place + 1)))) }
      return
    }
    var place = 1
    if count.isMultiple(of: 2) {
      swap(1, Int(uniform(below: 2)))
      place = 2
    }
    while place < count {
      let second = UInt32(place + 2)
      let draw = uniform(below: UInt32(place + 1) * second)
      swap(place, Int(draw / second))
      swap(place + 1, Int(draw % second))
      place += 2
    }
  }

  /// Shuffles as `std::shuffle` does.
  mutating func shuffle(_ elements: UnsafeMutableBufferPointer<Int32>) {
    shuffle(count: elements.count) { elements.swapAt($0, $1) }
  }

  /// Takes the outputs that a shuffle of `count` places takes.
  mutating func skipShuffle(count: Int) {
    shuffle(count: count) { _, _ in }
  }
}
