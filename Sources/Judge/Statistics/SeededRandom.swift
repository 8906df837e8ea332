/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same numbers on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator for one purpose: `path` names it, so that no two draw the same numbers.
  public init(seed: UInt64, path: [Int] = []) {
    state = seed
    for step in path { state = next() ^ UInt64(bitPattern: Int64(step)) }
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number from 0 to below 1, of 53 random bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `0 ..< bound`; `bound` is at least 1. The upper half of a product, as the standard library does not
  /// promise how it draws.
  @inline(__always)
  public mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// `items` in random order (Fisher and Yates).
  public mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
    var items = items
    var last = items.count - 1
    while last > 0 {
      items.swapAt(last, index(below: last + 1))
      last -= 1
    }
    return items
  }
}
