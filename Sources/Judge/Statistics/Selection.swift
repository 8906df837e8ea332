/// Single values of many, by rank, without sorting all of them.
public enum Selection {
  /// The values that would be at the given places if all were sorted.
  ///
  /// Quickselect (Hoare 1961, "Algorithm 65: find") with the median of three as pivot; where pivots stay bad, what is left is
  /// sorted, so that no input takes quadratic time.
  ///
  /// - Parameters:
  ///   - ranks: 0-based, ascending.
  ///   - values: in any order; for floating-point ones none may be NaN.
  /// - Returns: nil where a rank lies outside of the values or does not ascend.
  @inlinable
  public static func values<Element: Comparable>(at ranks: [Int], of values: [Element]) -> [Element]? {
    guard ranks.allSatisfy(values.indices.contains), zip(ranks, ranks.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      return nil
    }
    var values = values
    values.withUnsafeMutableBufferPointer { buffer in
      var start = 0
      for rank in ranks {
        // Nothing before an earlier rank is above it.
        find(rank, in: &buffer, from: start)
        start = rank
      }
    }
    return ranks.map { values[$0] }
  }

  /// Moves values until that of `rank` is at its place, those before it are not above and those behind it not below.
  @inlinable
  static func find<Element: Comparable>(
    _ rank: Int, in buffer: inout UnsafeMutableBufferPointer<Element>, from start: Int
  ) {
    var (low, high) = (start, buffer.count - 1)
    var attempts = 2 * (Int.bitWidth - (high - low + 1).leadingZeroBitCount)
    while low < high {
      attempts -= 1
      guard attempts > 0 else { return buffer[low...high].sort() }
      let pivot = median(buffer[low], buffer[low + (high - low) / 2], buffer[high])
      var (left, right) = (low, high)
      while left <= right {
        while buffer[left] < pivot { left += 1 }
        while pivot < buffer[right] { right -= 1 }
        if left <= right {
          buffer.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { high = right } else if rank >= left { low = left } else { return }
    }
  }

  @inlinable
  static func median<Element: Comparable>(_ a: Element, _ b: Element, _ c: Element) -> Element {
    max(min(a, b), min(max(a, b), c))
  }
}
