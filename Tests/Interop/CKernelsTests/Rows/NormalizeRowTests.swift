import CKernels
import Testing

/// The arithmetic is that of the operator table, which NormalizationTests hold against FP64: the same real values must
/// give the same bits, rounded to the destination's format.
@Suite("Normalisations of native storage")
struct NormalizeRowTests {
  static let rows = 3
  static let second = ckernels_format.u8(0.021, 111)

  /// What a reader of `format` gets for each real value.
  static func read(_ values: [Float], _ format: ckernels_format) -> [Float] {
    format.heldOf(values).map { $0 * format.realScale }
  }

  @Test("layer norm", arguments: Level.available, ckernels_format.all)
  func layerNorm(level: Level, format: ckernels_format) {
    for columns in lengths {
      var samples = SampleValues(seed: columns)
      let src = NativeBuffer(rounding: samples.floats(Self.rows * columns, range: 1.5), format)
      let (gamma, beta) = (GuardedBuffer(samples.floats(columns)), GuardedBuffer(samples.floats(columns)))
      let floats = GuardedBuffer(src.real)
      let added = samples.floats(Self.rows * columns, range: 1.5)
      // The same format as the source's, another, none.
      for residualFormat in [format, .s8(0.01), .fp32, nil] as [ckernels_format?] {
        let residual = residualFormat.map { NativeBuffer(rounding: added, $0) }
        let residualFloats = residual.map { GuardedBuffer($0.real) }
        let values = GuardedBuffer<Float>(count: Self.rows * columns)
        level.table.layer_norm(
          .fp32, floats.start, residualFloats.map { UnsafePointer($0.start) }, gamma.start, beta.start, 1e-5,
          values.start, Self.rows, columns)
        var norm = ckernels_layer_norm(
          src_format: format, residual_format: residualFormat ?? .fp32, dst_format: .fp32, second_format: Self.second,
          gamma: gamma.start, beta: beta.start, epsilon: 1e-5, columns: columns)
        for dstFormat in ckernels_format.all {
          norm.dst_format = dstFormat
          let what = "\(columns) columns, residual \(residualFormat?.kind.rawValue ?? 9) to \(dstFormat.kind.rawValue)"
          let (dst, also) = (
            NativeBuffer(count: values.values.count, dstFormat), NativeBuffer(count: values.values.count, Self.second)
          )
          level.rows.layer_norm(&norm, src.start, residual?.start, dst.start, also.start, Self.rows)
          expectSame(dst.stored, dstFormat.heldOf(values.values), what)
          expectSame(also.stored, Self.second.heldOf(Self.read(values.values, dstFormat)), "second, \(what)")
          let alone = NativeBuffer(count: values.values.count, dstFormat)
          level.rows.layer_norm(&norm, src.start, residual?.start, alone.start, nil, Self.rows)
          #expect(alone.rawBytes == dst.rawBytes && dst.isIntact && also.isIntact && alone.isIntact, "\(what)")
        }
      }
    }
  }

  @Test("layer norm: in place over source or residual", arguments: Level.available)
  func layerNormInPlace(level: Level) {
    for columns in lengths {
      var samples = SampleValues(seed: columns)
      let values = samples.floats(2 * columns), added = samples.floats(2 * columns)
      let (gamma, beta) = (GuardedBuffer(samples.floats(columns)), GuardedBuffer(samples.floats(columns)))
      var norm = ckernels_layer_norm(
        src_format: .bf16, residual_format: .bf16, dst_format: .bf16, second_format: .fp32, gamma: gamma.start,
        beta: beta.start, epsilon: 1e-5, columns: columns)
      let want = NativeBuffer(count: 2 * columns, .bf16)
      func operands() -> (NativeBuffer, NativeBuffer) {
        (NativeBuffer(rounding: values, .bf16), NativeBuffer(rounding: added, .bf16))
      }
      let (a, b) = operands()
      level.rows.layer_norm(&norm, a.start, b.start, want.start, nil, 2)
      level.rows.layer_norm(&norm, a.start, b.start, a.start, nil, 2)
      #expect(a.rawBytes == want.rawBytes, "\(columns) columns over the source")
      let (c, d) = operands()
      level.rows.layer_norm(&norm, c.start, d.start, d.start, nil, 2)
      #expect(d.rawBytes == want.rawBytes, "\(columns) columns over the residual")
    }
  }

  @Test("NaN and infinity give a row of NaN, or of the least integer", arguments: Level.available)
  func layerNormNaN(level: Level) {
    for columns in lengths where columns > 0 {
      for broken in [Float.nan, .infinity] {
        var values = [Float](repeating: 1, count: columns)
        values[columns - 1] = broken
        let (src, ones) = (NativeBuffer(stored: values, .fp32), GuardedBuffer([Float](repeating: 1, count: columns)))
        var norm = ckernels_layer_norm(
          src_format: .fp32, residual_format: .fp32, dst_format: .fp32, second_format: .s8(1), gamma: ones.start,
          beta: ones.start, epsilon: 1e-5, columns: columns)
        let (dst, also) = (NativeBuffer(count: columns, .fp32), NativeBuffer(count: columns, .s8(1)))
        level.rows.layer_norm(&norm, src.start, nil, dst.start, also.start, 1)
        #expect(dst.stored.allSatisfy(\.isNaN) && also.stored.allSatisfy { $0 == -127 }, "\(columns) columns")
      }
    }
  }

  @Test("masked softmax", arguments: Level.available, ckernels_format.all)
  func maskedSoftmax(level: Level, format: ckernels_format) {
    for columns in lengths {
      var samples = SampleValues(seed: columns)
      var values = samples.floats(Self.rows * columns)
      if columns > 2 {
        values[1] = .nan
        values[columns + 1] = .infinity
        values.replaceSubrange((2 * columns)..., with: repeatElement(-.infinity, count: columns))
      }
      let src = NativeBuffer(stored: format.heldOf(values), format)
      let floats = GuardedBuffer(src.real)
      for mask in NormalizationTests.masks(columns) {
        let maskBuffer = GuardedBuffer(mask ?? [])
        let maskStart = mask == nil ? nil : UnsafePointer(maskBuffer.start)
        let want = GuardedBuffer<Float>(count: values.count)
        level.table.masked_softmax(.fp32, floats.start, 1, maskStart, want.start, Self.rows, columns)
        for dstFormat in [.fp32, .bf16, .u8(1.0 / 255, 0), .s8(1.0 / 127)] as [ckernels_format] {
          let (dst, scratch) = (NativeBuffer(count: values.count, dstFormat), GuardedBuffer<Float>(count: columns))
          level.rows.masked_softmax(
            format, dstFormat, src.start, maskStart, dst.start, Self.rows, columns, scratch.start)
          expectSame(dst.stored, dstFormat.heldOf(want.values), "\(columns) columns to \(dstFormat.kind.rawValue)")
          #expect(dst.isIntact && scratch.isIntact)
        }
      }
    }
  }

  @Test("softmax with and without an addend", arguments: Level.available, ckernels_format.all)
  func softmax(level: Level, format: ckernels_format) {
    for columns in lengths {
      var samples = SampleValues(seed: columns)
      let src = NativeBuffer(rounding: samples.floats(Self.rows * columns), format)
      let floats = GuardedBuffer(src.real)
      let addends = GuardedBuffer(samples.floats(Self.rows * columns + 3))
      for (start, stride, step) in [
        (nil, 0, 0), (addends.start, columns, 1), (addends.start, 0, 1), (addends.start, 1, 0),
      ]
        as [(UnsafeMutablePointer<Float>?, Int, Int)]
      {
        let want = GuardedBuffer<Float>(count: Self.rows * columns)
        level.table.softmax(.fp32, floats.start, start, stride, step, want.start, Self.rows, columns)
        for dstFormat in ckernels_format.all {
          let dst = NativeBuffer(count: Self.rows * columns, dstFormat)
          let scratch = GuardedBuffer<Float>(count: columns)
          level.rows.softmax(
            format, dstFormat, src.start, start, stride, step, dst.start, Self.rows, columns, scratch.start)
          expectSame(dst.stored, dstFormat.heldOf(want.values), "\(columns) columns to \(dstFormat.kind.rawValue)")
          #expect(dst.isIntact && scratch.isIntact)
        }
      }
    }
  }

  @Test("division by the Euclidean norm", arguments: Level.available, ckernels_format.all)
  func l2(level: Level, format: ckernels_format) {
    for features in lengths {
      var samples = SampleValues(seed: features)
      for values in [samples.floats(features), [Float](repeating: 0, count: features)] {
        let src = NativeBuffer(rounding: values, format)
        let (floats, want) = (GuardedBuffer(src.real), GuardedBuffer<Float>(count: features))
        level.table.l2_normalize(.fp32, floats.start, want.start, features)
        for dstFormat in ckernels_format.all {
          let dst = NativeBuffer(count: features, dstFormat)
          level.rows.l2_normalize(format, dstFormat, src.start, dst.start, features)
          expectSame(dst.stored, dstFormat.heldOf(want.values), "\(features) features to \(dstFormat.kind.rawValue)")
          #expect(dst.isIntact)
        }
      }
    }
  }
}
