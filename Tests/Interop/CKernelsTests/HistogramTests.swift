import CKernels
import Testing

@Suite struct HistogramTests {
  /// Sizes around the block of 1024 and around vectors; bins from one to many.
  @Test(arguments: Level.available, [0, 1, 15, 16, 17, 1023, 1024, 1025, 5000])
  func everyValueIsCountedOnceInItsBin(level: Level, count: Int) {
    for half in [1, 7, 2048] {
      let values = (0..<count).map { Float($0 % 613) * 0.37 - 113 }
      let binsPerUnit = Float(half) / 113.5
      var expected = [UInt64](repeating: 1, count: 2 * half + 1)
      for value in values {
        let place = (value * binsPerUnit + Float(half)).rounded(.down)
        expected[min(max(Int(place), 0), 2 * half - 1)] += 1
      }
      // Counts are added to what is there; the source is not aligned.
      var bins = [UInt64](repeating: 1, count: 2 * half + 1)
      ([0] + values).withUnsafeBufferPointer {
        ckernels_histogram(level.isa, $0.baseAddress! + 1, count, binsPerUnit, Int32(half), &bins)
      }
      #expect(bins == expected, "half \(half)")
    }
  }

  @Test(arguments: Level.available)
  func edgesAndWhatIsNotFinite(level: Level) {
    let values: [Float] = [
      -4, -4.0001, -1e30, -3.9999, -1, -0.0, 0, 0.9999, 1, 3.9999, 4, 1e30, .infinity, -.infinity, .nan,
      .leastNonzeroMagnitude,
    ]
    var bins = [UInt64](repeating: 0, count: 9)
    ckernels_histogram(level.isa, values, values.count, 1, 4, &bins)
    // -4 ..< -3 with all that lies below; ...; -1 ..< 0; 0 ..< 1 with both zeros; ...; 3 ... 4 with all above; not finite.
    #expect(bins == [4, 0, 0, 1, 4, 1, 0, 3, 3])
  }
}
