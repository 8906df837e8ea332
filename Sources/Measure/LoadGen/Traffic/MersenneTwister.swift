/// The generator MT19937 of Matsumoto and Nishimura (ACM TOMACS 8, 1998), which C++ calls `std::mt19937`.
///
/// The state is renewed word by word as it is read and not 624 words at once, so that every output costs the same; the
/// outputs are those of the original.
public struct MersenneTwister: Sendable {
  private static let size = 624
  private static let shift = 397

  private var words: InlineArray<624, UInt32>
  private var index = 0

  /// The seed of a C++ generator that was given none.
  static let defaultSeed: UInt64 = 5489

  /// Starts the generator with a seed, taken modulo 2^32, by the recurrence of the authors' `init_genrand` (2002).
  public init(seed: UInt64) {
    words = InlineArray(repeating: UInt32(truncatingIfNeeded: seed))
    for place in 1..<Self.size {
      let previous = words[place - 1]
      words[place] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(place)
    }
  }

  /// The next output, uniform over 32 bits.
  public mutating func next() -> UInt32 {
    let following = index + 1 == Self.size ? 0 : index + 1
    let far = index + Self.shift < Self.size ? index + Self.shift : index + Self.shift - Self.size
    let joined = (words[index] & 0x8000_0000) | (words[following] & 0x7FFF_FFFF)
    var word = words[far] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
    words[index] = word
    index = following
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }
}
