import CKernels
import Testing

@Suite("Token embedding and pooling")
struct TokenTests {
  @Test("embedding rows are near the reference; unknown ids give NaN", arguments: Level.available)
  func embedding(level: Level) {
    let (vocabulary, sequence, types, begin) = (11, 4, 2, 3)
    // The last two of each: just outside, and far outside.
    let ids: [Int32] = [0, 10, 5, 3, 11, .max, -1, 4, 4, 4, 10]
    let typeIDs: [Int32] = [0, 1, 1, 0, 0, 0, 1, 2, -1, .min, 1]
    for features in lengths {
      var samples = SampleValues(seed: features)
      let word = GuardedBuffer(samples.floats(vocabulary * features))
      let position = GuardedBuffer(samples.floats(sequence * features))
      let type = GuardedBuffer(samples.floats(types * features))
      let (idBuffer, typeBuffer) = (GuardedBuffer(ids), GuardedBuffer(typeIDs))
      let (dst, want) = (
        GuardedBuffer<Float>(count: ids.count * features), GuardedBuffer<Float>(count: ids.count * features)
      )
      func run(_ format: ckernels_format, _ dst: GuardedBuffer<Float>) {
        level.table.embedding(
          format, idBuffer.start, typeBuffer.start, word.start, vocabulary, position.start, type.start, types, begin,
          sequence, features, dst.start, ids.count)
        #expect(dst.isIntact)
      }
      run(.fp32, dst)
      ckernels_reference_embedding(
        .fp32, idBuffer.start, typeBuffer.start, word.start, vocabulary, position.start, type.start, types, begin,
        sequence, features, want.start, ids.count)
      // Three terms of at most 4: two additions of at most 12 and the reference's rounding.
      expectClose(dst.values, want.values, "\(features) features") { _ in 3 * unit * 12 }
      for format in ckernels_format.all {
        let rounded = GuardedBuffer<Float>(count: ids.count * features)
        run(format, rounded)
        expectSame(rounded.values, format.of(dst.values), "\(features) features in \(format)")
      }
    }
  }

  @Test("embedding in the reference: by hand")
  func embeddingByHand() {
    var dst = [Float](repeating: 0, count: 6)
    ckernels_reference_embedding(
      .fp32, [1, 0, 2], [0, 1, 0], [1, 2, 3, 4], 2, [10, 20, 30, 40], [100, 200, 300, 400], 2, 1, 2, 2, &dst, 3)
    expectSame(dst, [133, 244, 311, 422, .nan, .nan], "tokens 1 to 3 of sequences of 2")
  }

  @Test("mean pooling is near the reference, masked or not", arguments: Level.available)
  func meanPool(level: Level) {
    for features in lengths {
      for sequence in [0, 1, 5, 40] {
        var samples = SampleValues(seed: features + sequence)
        let src = GuardedBuffer(samples.floats(sequence * features))
        for keep in 1...4 {
          // Every token, every second, every third, none.
          let mask = GuardedBuffer((0..<sequence).map { Int32(keep < 4 && $0 % keep == 0 ? 2 : 0) })
          let (dst, want) = (GuardedBuffer<Float>(count: features), GuardedBuffer<Float>(count: features))
          level.table.mean_pool(.fp32, src.start, mask.start, sequence, features, dst.start)
          ckernels_reference_mean_pool(.fp32, src.start, mask.start, sequence, features, want.start)
          // Values of at most 4: one unit for each addition, one for the division, one for the reference.
          expectClose(dst.values, want.values, "\(sequence) x \(features)") { _ in 4 * unit * Double(sequence + 2) }
          let rounded = GuardedBuffer<Float>(count: features)
          level.table.mean_pool(.s8(0.021), src.start, mask.start, sequence, features, rounded.start)
          expectSame(rounded.values, ckernels_format.s8(0.021).of(dst.values), "\(sequence) x \(features) in S8")
          #expect(dst.isIntact && rounded.isIntact)
        }
      }
    }
  }

  @Test("mean pooling in the reference: by hand")
  func meanPoolByHand() {
    var dst = [Float](repeating: 9, count: 2)
    ckernels_reference_mean_pool(.fp32, [1, 2, 3, 4, 8, 9], [1, 0, 7], 3, 2, &dst)
    expectSame(dst, [4.5, 5.5], "two of three tokens")
    ckernels_reference_mean_pool(.fp32, [1, 2, 3, 4, 8, 9], [0, 0, 0], 3, 2, &dst)
    expectSame(dst, [0, 0], "no token")
  }
}
