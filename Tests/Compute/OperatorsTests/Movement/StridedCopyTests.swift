import CKernels
import Testing

/// The kernel below nearly every operator that moves elements, against a naive loop.
struct StridedCopyTests {
  /// Random loop nests: permuted, reversed, repeating and skipping sources, gaps between destinations.
  @Test(arguments: [1, 2, 4, 8]) func copiesAsANaiveLoop(elementBytes: Int) {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      let rank = Int.random(in: 1...5, using: &random)
      let extents = (0..<rank).map { _ in Int.random(in: 1...[70, 40, 12, 7, 5][rank - 1], using: &random) }
      let (sourceStrides, sourceStart, sourceCount) = layout(extents, mayRepeat: true, &random)
      let (destinationStrides, destinationStart, destinationCount) = layout(extents, mayRepeat: false, &random)
      let source = (0..<sourceCount * elementBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
      var wanted = [UInt8](repeating: 7, count: destinationCount * elementBytes)
      let count = extents.reduce(1, *)
      let bounds = [0, Int.random(in: 0...count, using: &random), Int.random(in: 0...count, using: &random), count]
        .sorted()
      for number in 0..<count {
        var (rest, from, to) = (number, sourceStart, destinationStart)
        for axis in (0..<rank).reversed() {
          from += rest % extents[axis] * sourceStrides[axis]
          to += rest % extents[axis] * destinationStrides[axis]
          rest /= extents[axis]
        }
        for byte in 0..<elementBytes { wanted[to * elementBytes + byte] = source[from * elementBytes + byte] }
      }
      var got = [UInt8](repeating: 7, count: wanted.count)
      source.withUnsafeBytes { source in
        got.withUnsafeMutableBytes { got in
          guard let from = source.baseAddress, let to = got.baseAddress else { return }
          for (begin, end) in zip(bounds, bounds.dropFirst()) {
            ckernels_copy_strided(
              elementBytes, rank, extents, sourceStrides, destinationStrides, from + sourceStart * elementBytes,
              to + destinationStart * elementBytes, begin, end)
          }
        }
      }
      let isEqual = got == wanted
      #expect(isEqual, "\(extents) from \(sourceStrides) to \(destinationStrides), \(bounds)")
    }
  }

  /// Strides in a random order of dimensions, some negative, with the first element's position and the array's size.
  private func layout(
    _ extents: [Int], mayRepeat: Bool, _ random: inout SystemRandomNumberGenerator
  ) -> (strides: [Int], start: Int, count: Int) {
    var strides = [Int](repeating: 0, count: extents.count)
    var (step, start) = (Int.random(in: 1...2, using: &random), 0)
    for axis in extents.indices.shuffled(using: &random) {
      if mayRepeat && Int.random(in: 0..<5, using: &random) == 0 { continue }
      strides[axis] = step
      if Int.random(in: 0..<5, using: &random) == 0 {
        strides[axis] = -step
        start += step * (extents[axis] - 1)
      }
      step *= extents[axis] + (Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0)
    }
    return (strides, start, step + 1)
  }
}
