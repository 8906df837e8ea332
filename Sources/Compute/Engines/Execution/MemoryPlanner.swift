/// Places buffers with known lifetimes in one arena so that buffers alive at the same time never overlap.
///
/// Greedy by size, first gap that fits: the order of Pisarchyk and Lee 2020, "Efficient memory management for deep
/// neural net inference", which stays close to the lower bound for chains with skips.
enum MemoryPlanner {
  /// One buffer: alive from step `first` to step `last`, both included.
  struct Request: Hashable {
    let byteCount: Int
    let first: Int
    let last: Int
  }

  /// Offsets by request, and the arena's size in bytes.
  struct Plan: Hashable {
    let offsets: [Int]
    let byteCount: Int
  }

  /// Plans offsets that are multiples of `alignment`.
  static func plan(_ requests: [Request], alignment: Int = 64) -> Plan {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    let order = requests.indices.sorted {
      (requests[$0].byteCount, $1) > (requests[$1].byteCount, $0)
    }
    var end = 0
    for index in order {
      let request = requests[index]
      let size = (request.byteCount + alignment - 1) / alignment * alignment
      let neighbours =
        placed
        .filter { requests[$0].first <= request.last && request.first <= requests[$0].last }
        .map { (offsets[$0], offsets[$0] + (requests[$0].byteCount + alignment - 1) / alignment * alignment) }
        .sorted { $0.0 < $1.0 }
      var offset = 0
      for (start, stop) in neighbours {
        if start - offset >= size { break }
        offset = max(offset, stop)
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + size)
    }
    return Plan(offsets: offsets, byteCount: end)
  }
}
