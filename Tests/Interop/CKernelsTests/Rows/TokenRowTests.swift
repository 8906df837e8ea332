import CKernels
import Testing

/// The arithmetic is that of the operator table, which TokenTests hold against FP64.
@Suite("Token embedding and pooling to native storage")
struct TokenRowTests {
  @Test("embedding, with unknown ids", arguments: Level.available, ckernels_format.all)
  func embedding(level: Level, format: ckernels_format) {
    let (vocabulary, sequence, types, begin) = (11, 4, 2, 3)
    let ids = GuardedBuffer([0, 10, 5, 3, 11, .max, -1, 4, 4, 4, 10] as [Int32])
    let typeIDs = GuardedBuffer([0, 1, 1, 0, 0, 0, 1, 2, -1, .min, 1] as [Int32])
    let tokens = ids.values.count
    for features in lengths {
      var samples = SampleValues(seed: features)
      let word = GuardedBuffer(samples.floats(vocabulary * features))
      let position = GuardedBuffer(samples.floats(sequence * features))
      let type = GuardedBuffer(samples.floats(types * features))
      let want = GuardedBuffer<Float>(count: tokens * features)
      level.table.embedding(
        .fp32, ids.start, typeIDs.start, word.start, vocabulary, position.start, type.start, types, begin, sequence,
        features, want.start, tokens)
      let dst = NativeBuffer(count: tokens * features, format)
      level.rows.embedding(
        format, ids.start, typeIDs.start, word.start, vocabulary, position.start, type.start, types, begin, sequence,
        features, dst.start, tokens)
      expectSame(dst.stored, format.heldOf(want.values), "\(features) features")
      #expect(dst.isIntact)
    }
  }

  @Test("mean pooling, masked or not", arguments: Level.available, ckernels_format.all)
  func meanPool(level: Level, format: ckernels_format) {
    for features in lengths where features < 300 {
      for mask in [[], [1], [0], [1, 0, 5, -1, 0], [0, 0, 0]] as [[Int32]] {
        var samples = SampleValues(seed: features)
        let src = NativeBuffer(rounding: samples.floats(mask.count * features), format)
        let (floats, maskBuffer) = (GuardedBuffer(src.real), GuardedBuffer(mask))
        let want = GuardedBuffer<Float>(count: features)
        level.table.mean_pool(.fp32, floats.start, maskBuffer.start, mask.count, features, want.start)
        for dstFormat in ckernels_format.all {
          let dst = NativeBuffer(count: features, dstFormat)
          level.rows.mean_pool(format, dstFormat, src.start, maskBuffer.start, mask.count, features, dst.start)
          expectSame(dst.stored, dstFormat.heldOf(want.values), "\(features) features, mask \(mask)")
          #expect(dst.isIntact)
        }
      }
    }
  }
}
