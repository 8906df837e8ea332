import Glibc

/// Random numbers for simulations, the same in every run (SplitMix64 and Box and Muller's method).
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Above 0 and up to 1.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    value ^= value >> 31
    return (Double(value >> 11) + 1) / 9_007_199_254_740_992
  }

  /// Of mean 0 and standard deviation 1.
  mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform()) }
}
