import ModelGraph
import Testing

@testable import Workloads

@Suite struct SeededStreamTests {
  /// Published test values of FNV-1a, 64 bits.
  @Test(arguments: [
    ("", 0xCBF2_9CE4_8422_2325 as UInt64), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
  ])
  func hashesAsPublished(text: String, hash: UInt64) { #expect(SeededStream.fnv1a(text.utf8) == hash) }

  /// Published outputs of SplitMix64 with seed 1234567.
  @Test func drawsAsPublished() {
    let stream = SeededStream(key: 1_234_567)
    #expect(
      (0..<3).map(stream.bits) == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test func dependsOnModelAndName() {
    let keys = [("a", "b"), ("a", "c"), ("d", "b")].map { SeededStream(model: $0.0, name: $0.1).key }
    #expect(Set(keys).count == 3)
    #expect(SeededStream(model: "a", name: "b") == SeededStream(model: "a", name: "b"))
  }

  @Test func isNearlyNormal() {
    let values = filled(200_000) { SeededStream(model: "m", name: "normal").fillNormal($0, deviation: 2, mean: 3) }
    let (mean, deviation) = moments(values)
    // Four standard errors: 4 * 2 / sqrt(n) and 4 * 2 / sqrt(2 n).
    #expect(abs(mean - 3) < 0.018)
    #expect(abs(deviation - 2) < 0.013)
    let beyondTwo = values.count { abs($0 - 3) > 4 }
    #expect((0.04..<0.05).contains(Double(beyondTwo) / Double(values.count)))
    #expect(values.allSatisfy { abs($0 - 3) < 2 * 3.47 })
  }

  @Test func standardisesEveryRow() {
    let (rows, columns, gain) = (7, 300, 1.5)
    let values = filled(rows * columns) {
      SeededStream(model: "m", name: "rows").fillStandardized($0, rows: rows, gain: gain)
    }
    for row in 0..<rows {
      let slice = values[row * columns..<(row + 1) * columns].map(Double.init)
      #expect(abs(slice.reduce(0, +)) < 1e-5)
      #expect(abs(slice.reduce(0) { $0 + $1 * $1 }.squareRoot() - gain) < 1e-6)
    }
    #expect(Set(values).count > rows * columns * 9 / 10)
  }

  /// A row of one element has no spread, and nothing divides by it.
  @Test func standardisesSingleElementsToZero() {
    #expect(filled(3) { SeededStream(model: "m", name: "x").fillStandardized($0, rows: 3, gain: 1) } == [0, 0, 0])
  }

  @Test func drawsIntegersBelowABound() {
    let stream = SeededStream(model: "m", name: "integers")
    let draws = (0..<6000).map { stream.integer($0, below: 6) }
    for face in 0..<6 { #expect((850...1150).contains(draws.count { $0 == face })) }
    #expect((0..<100).allSatisfy { stream.integer($0, below: 1) == 0 })
  }

  @Test(arguments: [8, 64, 224]) func drawsImages(size: Int) {
    var deviations: [Double] = []
    for index in 0..<4 {
      let values = filled(3 * size * size) {
        SeededStream(model: "m", name: "image.\(index)").fillImage($0, channels: 3, size: size)
      }
      let (mean, deviation) = moments(values)
      #expect(abs(mean) < 1.2)
      deviations.append(deviation)
      // Neighbours are alike, as in photographs.
      let steps = (1..<size).map { Double(values[$0] - values[$0 - 1]) }
      if size >= 64 { #expect(steps.reduce(0) { $0 + $1 * $1 } / Double(steps.count) < 0.8 * deviation * deviation) }
    }
    #expect(deviations.allSatisfy { (0.6...1.4).contains($0) })
  }

  private func filled(_ count: Int, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    return (
      mean, (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)).squareRoot()
    )
  }
}
