import CKernels
import Testing

/// The reference's restructured loops against plain sums in index order: the same bits.
@Suite("Reference products")
struct ReferenceProductTests {
  private static func finished(_ sum: Double, _ channel: Int, _ scale: [Float], _ bias: [Float]) -> Float {
    Float(max(0, sum * Double(scale[channel]) + Double(bias[channel])))
  }

  /// An epilogue with ReLU over `scale` and `bias`, valid within `body`.
  private static func withEpilogue(
    _ scale: [Float], _ bias: [Float], _ body: (UnsafePointer<ckernels_epilogue>) -> Void
  ) {
    let (scaleBuffer, biasBuffer) = (GuardedBuffer(scale), GuardedBuffer(bias))
    var epilogue = ckernels_epilogue()
    epilogue.scale = UnsafePointer(scaleBuffer.start)
    epilogue.bias = UnsafePointer(biasBuffer.start)
    epilogue.activation = CKERNELS_ACTIVATION_RELU
    body(&epilogue)
    withExtendedLifetime((scaleBuffer, biasBuffer)) {}
  }

  @Test("convolution", arguments: WindowTests.geometries.indices)
  func convolution(index: Int) {
    var g = WindowTests.geometries[index]
    let outputs = 5, pixels = Int(g.out_height * g.out_width)
    let kernel = Int(g.channels * g.kernel_height * g.kernel_width)
    var samples = SampleValues(seed: index)
    let values = samples.orderSensitive(Int(g.channels * g.height * g.width))
    let src = GuardedBuffer(values), weights = GuardedBuffer(samples.signs(outputs * kernel))
    let (scale, bias) = (samples.floats(outputs), samples.floats(outputs))
    let columns = WindowTests.columns(g, values, 0..<pixels)
    let want = (0..<outputs * pixels).map { result in
      let (channel, pixel) = (result / pixels, result % pixels)
      // Padding adds zeros, which change no sum (but for the sign of a zero, which ReLU's maximum and == ignore).
      let sum = (0..<kernel).reduce(0.0) {
        $0 + Double(columns[$1 * pixels + pixel]) * Double(weights.elements[channel * kernel + $1])
      }
      return Self.finished(sum, channel, scale, bias)
    }
    let dst = GuardedBuffer<Float>(count: outputs * pixels)
    Self.withEpilogue(scale, bias) { epilogue in
      // Two ranges, as two threads would.
      ckernels_reference_convolution(&g, src.start, weights.start, epilogue, dst.start, 0, 2)
      ckernels_reference_convolution(&g, src.start, weights.start, epilogue, dst.start, 2, outputs)
    }
    #expect(dst.values == want && dst.isIntact)
  }

  @Test("convolution with a residual and a row longer than a span")
  func convolutionLong() {
    var g = WindowTests.geometry(2, 2, 700, kernel: (3, 3), stride: 1, padding: 1)
    var samples = SampleValues(seed: 1)
    let (values, weights) = (samples.orderSensitive(2800), samples.signs(36))
    let residual = GuardedBuffer(samples.floats(2800))
    var epilogue = ckernels_epilogue()
    epilogue.residual = UnsafePointer(residual.start)
    epilogue.residual_scale = 0.5
    let columns = WindowTests.columns(g, values, 0..<1400)
    let want = (0..<2800).map { result in
      let sum = (0..<18).reduce(0.0) {
        $0 + Double(columns[$1 * 1400 + result % 1400]) * Double(weights[result / 1400 * 18 + $1])
      }
      return Float(sum + Double(residual.elements[result]) * 0.5)
    }
    let src = GuardedBuffer(values), dst = GuardedBuffer<Float>(count: 2800)
    ckernels_reference_convolution(&g, src.start, weights, &epilogue, dst.start, 0, 2)
    #expect(dst.values == want)
  }

  @Test("linear", arguments: [(1, 1, 1), (5, 3, 7), (16, 64, 64), (17, 65, 65), (33, 130, 200), (3, 70, 0), (2, 0, 4)])
  func linear(rows: Int, n: Int, k: Int) {
    var samples = SampleValues(seed: rows + n)
    let src = GuardedBuffer(samples.orderSensitive(rows * k)), weights = GuardedBuffer(samples.signs(n * k))
    let (scale, bias) = (samples.floats(n), samples.floats(n))
    let want = (0..<rows * n).map { result in
      let sum = (0..<k).reduce(0.0) {
        $0 + Double(src.elements[result / n * k + $1]) * Double(weights.elements[result % n * k + $1])
      }
      return Self.finished(sum, result % n, scale, bias)
    }
    let dst = GuardedBuffer<Float>(count: rows * n)
    Self.withEpilogue(scale, bias) { epilogue in
      ckernels_reference_linear(src.start, weights.start, n, k, epilogue, dst.start, 0, rows / 2)
      ckernels_reference_linear(src.start, weights.start, n, k, epilogue, dst.start, rows / 2, rows)
    }
    #expect(dst.values == want && dst.isIntact)
  }

  @Test("attention", arguments: [(1, 1, 1), (7, 5, 9), (17, 64, 64), (65, 33, 40), (70, 100, 300)])
  func attention(sequence: Int, depth: Int, stride: Int) {
    var samples = SampleValues(seed: sequence)
    let size = (sequence - 1) * stride + depth
    let q = GuardedBuffer(samples.orderSensitive(size)), k = GuardedBuffer(samples.signs(size))
    let v = GuardedBuffer(samples.orderSensitive(size))
    let p = GuardedBuffer(samples.signs(sequence * sequence))
    let scores = GuardedBuffer<Float>(count: sequence * sequence)
    // Two ranges of rows, as two threads would.
    for rows in [0..<(sequence / 2), (sequence / 2)..<sequence] {
      ckernels_reference_matmul(
        q.start, stride, k.start, stride, 1, sequence, depth, 0.3, .bf16, scores.start, sequence, rows.lowerBound,
        rows.upperBound)
    }
    let wantedScores = (0..<sequence * sequence).map { result in
      let sum = (0..<depth).reduce(0.0) {
        $0 + Double(q.elements[result / sequence * stride + $1]) * Double(k.elements[result % sequence * stride + $1])
      }
      return ckernels_reference_format(.bf16, Float(sum * Double(0.3 as Float)))
    }
    #expect(scores.values == wantedScores && scores.isIntact)

    let context = GuardedBuffer([Float](repeating: -777, count: size))
    for rows in [0..<(sequence / 2), (sequence / 2)..<sequence] {
      ckernels_reference_matmul(
        p.start, sequence, v.start, stride, 0, depth, sequence, 2, .fp32, context.start, stride, rows.lowerBound,
        rows.upperBound)
    }
    let wantedContext = (0..<size).map { place in
      guard place % stride < depth else { return -777 as Float }
      let sum = (0..<sequence).reduce(0.0) {
        $0 + Double(p.elements[place / stride * sequence + $1])
          * Double(v.elements[$1 * stride + place % stride])
      }
      return Float(sum * 2)
    }
    #expect(context.values == wantedContext && context.isIntact)
  }
}
