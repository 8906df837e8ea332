import CKernels
import Testing

@Suite("Element-wise kernels on native storage")
struct ElementwiseRowTests {
  static let counts = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 511, 512, 513, 1040]

  /// src + other * its scale, in one rounding where the level has fused multiply-add.
  static func sum(_ level: Level, _ value: Float, _ other: Float, _ scale: Float) -> Float {
    level.lanes > 4 ? value.addingProduct(other, scale) : value + other * scale
  }

  /// The activations as the epilogue computes them, which EpilogueTests hold against FP64.
  static func activated(_ level: Level, _ what: ckernels_elementwise, _ values: [Float]) -> [Float] {
    var epilogue = ckernels_epilogue()
    (epilogue.activation, epilogue.alpha, epilogue.beta) = (what.activation, what.alpha, what.beta)
    let (src, dst) = (GuardedBuffer(values), GuardedBuffer<Float>(count: values.count))
    level.table.epilogue_by_row(&epilogue, src.start, values.count, dst.start, values.count, 1, values.count)
    return dst.values
  }

  static let activations: [ckernels_activation] = [
    CKERNELS_ACTIVATION_NONE, CKERNELS_ACTIVATION_RELU, CKERNELS_ACTIVATION_GELU, CKERNELS_ACTIVATION_GELU_TANH,
    CKERNELS_ACTIVATION_SIGMOID, CKERNELS_ACTIVATION_HARD_SIGMOID, CKERNELS_ACTIVATION_LEAKY_RELU,
    CKERNELS_ACTIVATION_CLIP,
  ]

  @Test("sums, activations and formats of every kind", arguments: Level.available, ckernels_format.all)
  func all(level: Level, format: ckernels_format) {
    for count in Self.counts {
      var samples = SampleValues(seed: count)
      var values = samples.floats(count)
      if count > 4 { values[3] = .nan }
      let src = NativeBuffer(stored: format.heldOf(values), format)
      for otherFormat in [nil, .fp32, .bf16, .u8(0.03, 12), .s8(0.025)] as [ckernels_format?] {
        let other = otherFormat.map { NativeBuffer(rounding: samples.floats(count), $0) }
        let real = src.real
        let sums =
          other.map { added in
            zip(real, added.stored).map { Self.sum(level, $0, $1, added.format.realScale) }
          } ?? real
        for (index, activation) in Self.activations.enumerated() {
          // One result format a case keeps the number of cases down; every pair occurs over the counts.
          let dstFormat = ckernels_format.all[(index + count) % 4]
          var what = ckernels_elementwise(
            src_format: format, other_format: otherFormat ?? .fp32, dst_format: dstFormat, activation: activation,
            alpha: 0.25, beta: 0.75)
          let dst = NativeBuffer(count: count, dstFormat)
          level.rows.elementwise(&what, src.start, other?.start, dst.start, count)
          let want = dstFormat.heldOf(Self.activated(level, what, sums))
          // The epilogue adds a bias of +0, which turns -0 into it.
          expectSame(dst.stored.map { $0 + 0 }, want.map { $0 + 0 }, "\(count), activation \(activation.rawValue)")
          #expect(dst.isIntact)
        }
      }
    }
  }

  @Test("in place over either operand", arguments: Level.available)
  func inPlace(level: Level) {
    for count in Self.counts {
      var samples = SampleValues(seed: count)
      let (a, b) = (samples.floats(count), samples.floats(count))
      let format = ckernels_format.u8(0.04, 100)
      var what = ckernels_elementwise(
        src_format: format, other_format: format, dst_format: format, activation: CKERNELS_ACTIVATION_NONE, alpha: 0,
        beta: 0)
      let (first, second) = (NativeBuffer(rounding: a, format), NativeBuffer(rounding: b, format))
      let want = NativeBuffer(count: count, format)
      level.rows.elementwise(&what, first.start, second.start, want.start, count)
      level.rows.elementwise(&what, first.start, second.start, first.start, count)
      #expect(first.rawBytes == want.rawBytes)
      let fresh = NativeBuffer(rounding: a, format)
      level.rows.elementwise(&what, fresh.start, second.start, second.start, count)
      #expect(second.rawBytes == want.rawBytes)
    }
  }
}
