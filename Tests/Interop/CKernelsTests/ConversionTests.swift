import CKernels
import Testing

@Suite("Integer sums and ranges")
struct ConversionTests {
  @Test("transposition moves every element", arguments: Level.available)
  func transposes(level: Level) {
    for (rows, columns) in [(0, 5), (1, 1), (1, 40), (17, 1), (16, 16), (33, 47)] {
      var samples = SampleValues(seed: rows)
      let src = GuardedBuffer(samples.floats(rows * columns)), dst = GuardedBuffer<Float>(count: rows * columns)
      level.table.transpose(src.start, rows, columns, dst.start)
      let want = (0..<columns).flatMap { column in (0..<rows).map { src.elements[$0 * columns + column] } }
      #expect(dst.values == want && dst.isIntact)
    }
  }

  @Test("integer sums are exact and wrap", arguments: Level.available)
  func accumulate(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      let partial = samples.integers(count, in: -(1 << 24)...(1 << 24))
      let before = samples.integers(count, in: (.min + 1) ... .max)
      let src = GuardedBuffer(partial.map(Float.init))
      let sums = GuardedBuffer(before)
      level.table.accumulate_s32(src.start, sums.start, count, 0)
      #expect(sums.values == zip(before, partial).map { $0 &+ $1 }, "adding \(count)")
      level.table.accumulate_s32(src.start, sums.start, count, 1)
      #expect(sums.values == partial, "overwriting \(count)")
      #expect(sums.isIntact)
    }
  }

  @Test("NaN survives integer sums", arguments: Level.available)
  func notANumber(level: Level) {
    for count in lengths where count > 0 {
      var partial = [Float](repeating: 3, count: count)
      partial[count / 2] = .nan
      let src = GuardedBuffer(partial)
      let sums = GuardedBuffer([Int32](repeating: 0, count: count))
      level.table.accumulate_s32(src.start, sums.start, count, 1)
      let more = GuardedBuffer([Float](repeating: 4, count: count))
      level.table.accumulate_s32(more.start, sums.start, count, 0)
      let dst = GuardedBuffer<Float>(count: count)
      level.table.convert_s32(sums.start, dst.start, count)
      for (index, value) in dst.values.enumerated() {
        #expect(index == count / 2 ? value.isNaN : value == 7, "\(index) of \(count)")
      }
    }
  }

  @Test("integer sums convert to the nearest float, in place or not", arguments: Level.available)
  func convert(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      var values = samples.integers(count, in: (.min + 1) ... .max)
      // Ties between two floats above 2^24, and the ends of the range.
      let special: [Int32] = [16_777_217, 16_777_219, -16_777_217, .max, .min + 1, 0, -1]
      for (index, value) in special.enumerated() where index < count {
        values[index] = value
      }
      let sums = GuardedBuffer(values)
      let dst = GuardedBuffer<Float>(count: count)
      level.table.convert_s32(sums.start, dst.start, count)
      #expect(dst.values == values.map(Float.init) && dst.isIntact, "\(count) elements")
      sums.start.withMemoryRebound(to: Float.self, capacity: count) {
        level.table.convert_s32(sums.start, $0, count)
      }
      #expect(sums.values.map { Float(bitPattern: UInt32(bitPattern: $0)) } == values.map(Float.init), "in place")
    }
  }

  @Test("least and greatest are found at every place, without NaN", arguments: Level.available)
  func range(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      var values = samples.floats(count, range: 1)
      for place in stride(from: 0, to: count, by: max(1, count / 40)) {
        let other = (place + count / 2) % count
        let before = values
        values[place] = 5
        if other != place { values[other] = -6 }
        check(level, values, "extremes at \(place) and \(other) of \(count)")
        values[place] = .nan
        check(level, values, "NaN at \(place) of \(count)")
        values = before
      }
      check(level, [Float](repeating: .nan, count: count), "\(count) NaN")
      check(level, values.map { $0 + 9 }, "\(count) positive")
      check(level, values.map { $0 - 9 }, "\(count) negative")
    }
    check(level, [.infinity, -.infinity, .nan], "infinities")
  }

  private func check(_ level: Level, _ values: [Float], _ what: String) {
    let src = GuardedBuffer(values)
    var (least, greatest) = (Float.nan, Float.nan)
    level.table.min_max(src.start, values.count, &least, &greatest)
    let present = values.filter { !$0.isNaN }
    #expect(least == present.min() ?? .infinity, "\(what)")
    #expect(greatest == present.max() ?? -.infinity, "\(what)")
  }
}
