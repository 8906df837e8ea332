import CKernels
import Testing

@Suite("Epilogues")
struct EpilogueTests {
  /// An activation with its figures.
  struct Fused {
    let function: ckernels_activation
    var alpha: Float = 0, beta: Float = 0
    /// The most that the result changes per change of the argument.
    let slope: Double
    /// The function's own error for an argument of that size.
    let error: @Sendable (Double) -> Double

    static let all: [Fused] = [
      Fused(function: CKERNELS_ACTIVATION_NONE, slope: 1) { _ in 0 },
      Fused(function: CKERNELS_ACTIVATION_RELU, slope: 1) { _ in 0 },
      Fused(function: CKERNELS_ACTIVATION_GELU, slope: 1.13) { 2e-7 * max(1, $0) },
      Fused(function: CKERNELS_ACTIVATION_GELU_TANH, slope: 1.13) { 5e-7 * max(1, $0) },
      Fused(function: CKERNELS_ACTIVATION_SIGMOID, slope: 0.25) { _ in 5e-7 },
      Fused(function: CKERNELS_ACTIVATION_TANH, slope: 1) { _ in 5e-7 },
      Fused(function: CKERNELS_ACTIVATION_SILU, slope: 1.1) { 5e-7 * max(1, $0) },
      Fused(function: CKERNELS_ACTIVATION_HARD_SIGMOID, alpha: 0.3, beta: 0.6, slope: 0.3) {
        2 * unit * (0.3 * $0 + 1)
      },
      Fused(function: CKERNELS_ACTIVATION_HARD_SWISH, slope: 1.5) { 4 * unit * max(1, $0) },
      Fused(function: CKERNELS_ACTIVATION_LEAKY_RELU, alpha: 0.1, slope: 1) { unit * $0 },
      Fused(function: CKERNELS_ACTIVATION_CLIP, alpha: -1.25, beta: 6, slope: 1) { _ in 0 },
    ]
  }

  /// Which parts an epilogue has.
  struct Parts: CustomStringConvertible {
    var scale: Bool, bias: Bool, residual: Bool
    var activation: Fused
    var description: String {
      "scale \(scale), bias \(bias), residual \(residual), activation \(activation.function.rawValue)"
    }

    static let all: [Parts] = [false, true].flatMap { scale in
      [false, true].flatMap { bias in
        [false, true].flatMap { residual in
          Fused.all.map {
            Parts(scale: scale, bias: bias, residual: residual, activation: $0)
          }
        }
      }
    }
  }

  /// One call with its buffers.
  struct Case {
    let byRow: Bool, rows: Int, columns: Int, parts: Parts
    let sums: GuardedBuffer<Float>, scale: GuardedBuffer<Float>, bias: GuardedBuffer<Float>
    let residual: GuardedBuffer<Float>
    let sumsStride: Int, dstStride: Int

    init(byRow: Bool, rows: Int, columns: Int, parts: Parts, padding: Int) {
      var samples = SampleValues(seed: rows * 31 + columns)
      (self.byRow, self.rows, self.columns, self.parts) = (byRow, rows, columns, parts)
      sumsStride = columns + padding
      dstStride = columns + 2 * padding
      // The last row ends with its last column, right before the guard page.
      sums = GuardedBuffer(samples.floats(max(0, (rows - 1) * sumsStride + columns), range: 3))
      scale = GuardedBuffer(samples.floats(byRow ? rows : columns, range: 2))
      bias = GuardedBuffer(samples.floats(byRow ? rows : columns, range: 2))
      residual = GuardedBuffer(samples.floats(max(0, (rows - 1) * dstStride + columns), range: 3))
    }

    func epilogue(_ format: ckernels_format) -> ckernels_epilogue {
      ckernels_epilogue(
        scale: parts.scale ? UnsafePointer(scale.start) : nil, bias: parts.bias ? UnsafePointer(bias.start) : nil,
        residual: parts.residual ? UnsafePointer(residual.start) : nil, residual_scale: 0.75,
        activation: parts.activation.function, alpha: parts.activation.alpha, beta: parts.activation.beta,
        format: format)
    }

    func run(_ level: Level, _ format: ckernels_format, into dst: GuardedBuffer<Float>, dstStride: Int) {
      var epilogue = epilogue(format)
      let kernel = byRow ? level.table.epilogue_by_row : level.table.epilogue_by_column
      kernel?(&epilogue, sums.start, sumsStride, dst.start, dstStride, rows, columns)
    }

    /// The reference's value and the bound of element (row, column) in FP32.
    func wanted(_ row: Int, _ column: Int) -> (value: Float, bound: Double) {
      var epilogue = epilogue(.fp32)
      let channel = byRow ? row : column
      let sum = Double(sums.elements[row * sumsStride + column])
      let (factor, addend) = (parts.scale ? scale.elements[channel] : 1, parts.bias ? bias.elements[channel] : 0)
      let added = parts.residual ? residual.elements[row * dstStride + column] : 0
      let value = ckernels_reference_epilogue(&epilogue, sum, factor, addend, added)
      // Four FP32 operations and the reference's own rounding, each off by a unit of what it has added up so far.
      let size = abs(sum * Double(factor)) + abs(Double(addend)) + abs(0.75 * Double(added))
      let linear = 5 * unit * size
      return (value, parts.activation.slope * linear + parts.activation.error(size))
    }
  }

  @Test("every combination of parts is near the reference", arguments: Level.available, [true, false])
  func parts(level: Level, byRow: Bool) {
    for parts in Parts.all {
      for columns in lengths {
        let rows = columns > 100 ? 2 : 3
        let test = Case(byRow: byRow, rows: rows, columns: columns, parts: parts, padding: 3)
        let dst = GuardedBuffer([Float](repeating: -777, count: test.residual.elements.count))
        test.run(level, .fp32, into: dst, dstStride: test.dstStride)
        #expect(dst.isIntact)
        for row in 0..<rows {
          let got = (0..<columns).map { dst.elements[row * test.dstStride + $0] }
          let want = (0..<columns).map { test.wanted(row, $0) }
          expectClose(got, want.map(\.value), "\(parts), row \(row) of \(columns)") { want[$0].bound }
          guard row + 1 < rows else { continue }
          let between = dst.elements[row * test.dstStride + columns..<(row + 1) * test.dstStride]
          #expect(between.allSatisfy { $0 == -777 }, "wrote between rows of \(columns)")
        }
      }
    }
  }

  @Test("a format changes nothing but the stored rounding", arguments: Level.available, [true, false])
  func formats(level: Level, byRow: Bool) {
    for parts in Parts.all where parts.bias {
      for columns in [1, 17, 65, 1500] {
        let test = Case(byRow: byRow, rows: 2, columns: columns, parts: parts, padding: 0)
        let plain = GuardedBuffer<Float>(count: 2 * columns)
        test.run(level, .fp32, into: plain, dstStride: columns)
        for format in ckernels_format.all {
          let dst = GuardedBuffer<Float>(count: 2 * columns)
          test.run(level, format, into: dst, dstStride: columns)
          expectSame(dst.values, format.of(plain.values), "\(parts), \(columns) columns, \(format)")
        }
      }
    }
  }

  @Test("dst may be sums", arguments: Level.available, [true, false])
  func inPlace(level: Level, byRow: Bool) {
    for parts in Parts.all {
      for columns in [3, 49, 1100] {
        let test = Case(byRow: byRow, rows: 3, columns: columns, parts: parts, padding: 0)
        let dst = GuardedBuffer<Float>(count: 3 * columns)
        test.run(level, .u8(0.05, 100), into: dst, dstStride: columns)
        test.run(level, .u8(0.05, 100), into: test.sums, dstStride: columns)
        expectSame(test.sums.values, dst.values, "\(parts), \(columns) columns")
      }
    }
  }

  @Test("every activation at the ends of the range", arguments: Level.available)
  func ends(level: Level) {
    let inf = Float.infinity
    let expected: [(ckernels_activation, [Float])] = [
      // At NaN, infinity, minus infinity, -1e30 and 1e30.
      (CKERNELS_ACTIVATION_GELU_TANH, [.nan, inf, 0, 0, 1e30]), (CKERNELS_ACTIVATION_SIGMOID, [.nan, 1, 0, 0, 1]),
      (CKERNELS_ACTIVATION_TANH, [.nan, 1, -1, -1, 1]), (CKERNELS_ACTIVATION_SILU, [.nan, inf, 0, 0, 1e30]),
      (CKERNELS_ACTIVATION_HARD_SIGMOID, [.nan, 1, 0, 0, 1]),
      (CKERNELS_ACTIVATION_HARD_SWISH, [.nan, inf, .nan, 0, 1e30]),
      (CKERNELS_ACTIVATION_LEAKY_RELU, [.nan, inf, -inf, -0.25e30, 1e30]),
      (CKERNELS_ACTIVATION_CLIP, [.nan, 0.5, 0.25, 0.25, 0.5]),
    ]
    for (activation, want) in expected {
      var epilogue = ckernels_epilogue()
      (epilogue.activation, epilogue.alpha, epilogue.beta) = (activation, 0.25, 0.5)
      let dst = GuardedBuffer<Float>([.nan, inf, -inf, -1e30, 1e30])
      let reference = dst.values.map { ckernels_reference_epilogue(&epilogue, Double($0), 1, 0, 0) }
      level.table.epilogue_by_row(&epilogue, dst.start, 5, dst.start, 5, 1, 5)
      expectClose(dst.values, want, "activation \(activation.rawValue)") { _ in 0 }
      expectClose(reference, want, "reference activation \(activation.rawValue)") { _ in 0 }
    }
  }

  /// By the definitions, not by the reference's code.
  @Test("the reference's activations by hand")
  func referenceActivations() {
    let expected: [(ckernels_activation, Double, Double)] = [
      (CKERNELS_ACTIVATION_GELU_TANH, 1.5, 1.3995715769802328), (CKERNELS_ACTIVATION_GELU_TANH, -0.5, -0.154285988),
      (CKERNELS_ACTIVATION_SIGMOID, 2, 0.8807970779778823), (CKERNELS_ACTIVATION_TANH, -0.75, -0.6351489523872873),
      (CKERNELS_ACTIVATION_SILU, -2, -0.2384058440442351), (CKERNELS_ACTIVATION_HARD_SIGMOID, 1, 0.75),
      (CKERNELS_ACTIVATION_HARD_SWISH, -1.5, -0.375), (CKERNELS_ACTIVATION_LEAKY_RELU, -8, -2),
      (CKERNELS_ACTIVATION_CLIP, 0.3, 0.3), (CKERNELS_ACTIVATION_CLIP, 3, 0.5), (CKERNELS_ACTIVATION_CLIP, -3, 0.25),
    ]
    for (activation, x, want) in expected {
      var epilogue = ckernels_epilogue()
      (epilogue.activation, epilogue.alpha, epilogue.beta) = (activation, 0.25, 0.5)
      let got = ckernels_reference_epilogue(&epilogue, x, 1, 0, 0)
      #expect(abs(Double(got) - want) < 1e-7, "activation \(activation.rawValue) of \(x)")
    }
  }

  @Test("ReLU lets NaN and infinities pass", arguments: Level.available)
  func special(level: Level) {
    let values: [Float] = [.nan, .infinity, -.infinity, -1, 0, 1, -.leastNonzeroMagnitude]
    var epilogue = ckernels_epilogue()
    epilogue.activation = CKERNELS_ACTIVATION_RELU
    let dst = GuardedBuffer(values)
    level.table.epilogue_by_column(&epilogue, dst.start, values.count, dst.start, values.count, 1, values.count)
    expectClose(dst.values, [.nan, .infinity, 0, 0, 0, 1, 0], "ReLU") { _ in 0 }
    let reference = values.map { ckernels_reference_epilogue(&epilogue, Double($0), 1, 0, 0) }
    expectClose(reference, [.nan, .infinity, 0, 0, 0, 1, 0], "reference ReLU") { _ in 0 }
  }
}
