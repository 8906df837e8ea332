import CKernels
import Testing

@Suite("Epilogues")
struct EpilogueTests {
  /// Which parts an epilogue has.
  struct Parts: CustomStringConvertible {
    var scale: Bool, bias: Bool, residual: Bool
    var activation: ckernels_activation
    var description: String { "scale \(scale), bias \(bias), residual \(residual), activation \(activation.rawValue)" }

    static let all: [Parts] = [false, true].flatMap { scale in
      [false, true].flatMap { bias in
        [false, true].flatMap { residual in
          [CKERNELS_ACTIVATION_NONE, CKERNELS_ACTIVATION_RELU, CKERNELS_ACTIVATION_GELU].map {
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
        activation: parts.activation, format: format)
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
      // GELU rises by at most 1.13 and has an error of its own.
      let isGELU = parts.activation == CKERNELS_ACTIVATION_GELU
      return (value, isGELU ? 1.13 * linear + 2e-7 * max(1, size) : linear)
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
