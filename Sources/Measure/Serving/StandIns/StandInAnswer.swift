import LoadGen

/// The answers of stand-ins: 8 bytes that are a function of the sample's index alone, so that they can be compared between
/// runs.
///
/// Holds what answering many samples at once needs; use it on one thread. Answering allocates nothing.
final class StandInAnswer {
  /// Samples that are answered with one time.
  private static let room = 1024

  private let ids = UnsafeMutableBufferPointer<ResponseID>.allocate(capacity: room)
  private let words = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: room)

  deinit {
    ids.deallocate()
    words.deallocate()
  }

  /// The bytes for a sample, as a little-endian number: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
  static func word(of index: Int32) -> UInt64 {
    var word = UInt64(truncatingIfNeeded: index) &+ 0x9e37_79b9_7f4a_7c15
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return (word ^ (word >> 31)).littleEndian
  }

  /// Answers one sample.
  static func give(_ sample: QuerySample, to responses: ResponseCollector, salt: UInt64 = 0) {
    guard responses.wantsData(sample.id) else { return responses.complete(sample.id) }
    withUnsafeBytes(of: word(of: sample.index) ^ salt) { responses.complete(sample.id, data: $0) }
  }

  /// Answers samples, at most 1024 with one time; in reverse where `isReversed`.
  func give(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector, isReversed: Bool = false) {
    if samples.count == 1 { return Self.give(samples[0], to: responses) }
    var begin = 0
    while begin < samples.count {
      let count = min(Self.room, samples.count - begin)
      for place in 0..<count {
        let from = begin + place
        let sample = samples[isReversed ? samples.count - 1 - from : from]
        ids[place] = sample.id
        words[place] = Self.word(of: sample.index)
      }
      responses.complete(UnsafeBufferPointer(rebasing: ids[..<count])) { place in
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: words[place...place]))
      }
      begin += count
    }
  }
}
