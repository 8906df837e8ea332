import LoadGen

/// Takes virtual time by a rule and notes what it was asked.
final class ScriptedSystem: BlockingSystem {
  let sampleCount: Int
  let clock: VirtualClock
  let latency: (Int) -> Int64
  private(set) var queries: [[Int32]] = []

  init(sampleCount: Int = 4, clock: VirtualClock, latency: @escaping (Int) -> Int64) {
    self.sampleCount = sampleCount
    self.clock = clock
    self.latency = latency
  }

  func issue(_ samples: UnsafeBufferPointer<Int32>) {
    clock.advance(by: latency(queries.count))
    queries.append(Array(samples))
  }
}

/// Small repeatable noise: -1 ... 1.
func noise(_ index: Int) -> Double {
  var z = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
  z = (z ^ (z >> 32)) &* 0xD6E8_FEB8_6659_FD93
  z ^= z >> 32
  return Double(z >> 11) / Double(1 << 52) - 1
}
