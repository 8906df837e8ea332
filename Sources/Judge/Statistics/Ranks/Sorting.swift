/// Sorting of many numbers.
enum Sorting {
  /// Finite values in ascending order.
  ///
  /// Many of them are sorted by their bits, 11 at a time from the lowest on (the radix sort of Knuth, The Art of Computer
  /// Programming 5.2.5), several times faster than by comparisons.
  static func ascending(_ values: [Double]) -> [Double] {
    guard values.count > 4096 else { return values.sorted() }
    // Bits in whose order as integers the numbers ascend: negative ones are turned over, the others get the top bit.
    var keys = values.map { value in
      let bits = value.bitPattern
      return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
    var other = keys
    let mask = UInt64(buckets - 1)
    for shift in stride(from: UInt64(0), to: 64, by: 11) {
      var ends = [Int](repeating: 0, count: buckets)
      for key in keys { ends[Int(key >> shift & mask)] += 1 }
      // All in one bucket: nothing would move.
      if ends.contains(keys.count) { continue }
      var sum = 0
      for bucket in ends.indices { (ends[bucket], sum) = (sum, sum + ends[bucket]) }
      other.withUnsafeMutableBufferPointer { target in
        ends.withUnsafeMutableBufferPointer { starts in
          for key in keys {
            let bucket = Int(key >> shift & mask)
            target[starts[bucket]] = key
            starts[bucket] += 1
          }
        }
      }
      swap(&keys, &other)
    }
    return keys.map { Double(bitPattern: $0 >> 63 == 1 ? $0 & ~(1 << 63) : ~$0) }
  }

  private static let buckets = 2048
}
