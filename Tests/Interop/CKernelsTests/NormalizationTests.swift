import CKernels
import Glibc
import Testing

@Suite("Normalisations")
struct NormalizationTests {
  static let rows = 3

  @Test("layer norm is near the reference", arguments: Level.available, [false, true])
  func layerNorm(level: Level, withResidual: Bool) {
    for columns in lengths {
      for offset in [0, 30] as [Float] {
        var samples = SampleValues(seed: columns)
        let src = GuardedBuffer(samples.floats(Self.rows * columns).map { $0 + offset })
        let added = GuardedBuffer(samples.floats(Self.rows * columns))
        let (gamma, beta) = (GuardedBuffer(samples.floats(columns)), GuardedBuffer(samples.floats(columns)))
        let residual = withResidual ? UnsafePointer(added.start) : nil
        func run(_ format: ckernels_format, _ dst: GuardedBuffer<Float>) {
          level.table.layer_norm(
            format, src.start, residual, gamma.start, beta.start, 1e-5, dst.start, Self.rows, columns)
          #expect(dst.isIntact)
        }
        let (dst, want) = (
          GuardedBuffer<Float>(count: Self.rows * columns), GuardedBuffer<Float>(count: Self.rows * columns)
        )
        run(.fp32, dst)
        ckernels_reference_layer_norm(
          .fp32, src.start, residual, gamma.start, beta.start, 1e-5, want.start, Self.rows, columns)
        for row in 0..<Self.rows {
          let places = row * columns..<(row + 1) * columns
          let inputs = places.map { Double(src.elements[$0]) + (withResidual ? Double(added.elements[$0]) : 0) }
          let bounds = layerNormBounds(level, inputs, gamma.values, beta.values)
          expectClose(Array(dst.values[places]), Array(want.values[places]), "row of \(columns) + \(offset)") {
            bounds[$0]
          }
        }
        for format in ckernels_format.all where offset == 0 {
          let rounded = GuardedBuffer<Float>(count: Self.rows * columns)
          run(format, rounded)
          expectSame(rounded.values, format.of(dst.values), "\(columns) columns in \(format)")
        }
      }
    }
  }

  /// First-order error analysis. Each distance from the mean is off by `e`: the addition of the residual, the mean (one
  /// unit of the largest input for each addition, one for the division) and the subtraction. The deviation is off by as
  /// much, relatively by `e` / deviation, and by its own sum, division, root and reciprocal.
  private func layerNormBounds(_ level: Level, _ row: [Double], _ gamma: [Float], _ beta: [Float]) -> [Double] {
    let additions = level.additions(count: row.count, sums: 4)
    let largest = row.map(abs).max() ?? 0
    let mean = row.reduce(0, +) / Double(row.count)
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
    let deviation = (variance + 1e-5).squareRoot()
    let e = unit * largest * (additions + 4)
    return row.indices.map { column in
      let normal = abs(row[column] - mean) / deviation
      let (factor, addend) = (abs(Double(gamma[column])), abs(Double(beta[column])))
      let ofDistance = e / deviation * (1 + normal)
      return 1.01 * (factor * (ofDistance + normal * unit * (additions + 6)) + 3 * unit * (factor * normal + addend))
    }
  }

  /// Masks of every kind: none, all, alternating, only the last column.
  static func masks(_ columns: Int) -> [[Int32]?] {
    [
      nil, [Int32](repeating: 1, count: columns), (0..<columns).map { Int32($0 % 3 == 1 ? -5 : 0) },
      (0..<columns).map { $0 == columns - 1 ? 1 : 0 }, [Int32](repeating: 0, count: columns),
    ]
  }

  @Test("softmax is near the reference, masked or not, in place or not", arguments: Level.available)
  func softmax(level: Level) {
    for columns in lengths {
      for (scale, range) in [(0.125, 40), (1, 1), (3, 60), (-1, 4)] as [(Float, Float)] {
        var samples = SampleValues(seed: columns)
        let src = GuardedBuffer(samples.floats(Self.rows * columns, range: range))
        for mask in Self.masks(columns) {
          let maskBuffer = GuardedBuffer(mask ?? [])
          let maskStart = mask == nil ? nil : UnsafePointer(maskBuffer.start)
          let (dst, want) = (
            GuardedBuffer<Float>(count: Self.rows * columns), GuardedBuffer<Float>(count: Self.rows * columns)
          )
          level.table.masked_softmax(.fp32, src.start, scale, maskStart, dst.start, Self.rows, columns)
          ckernels_reference_masked_softmax(.fp32, src.start, scale, maskStart, want.start, Self.rows, columns)
          for row in 0..<Self.rows {
            let places = row * columns..<(row + 1) * columns
            let scores = places.map { Double(src.elements[$0]) * Double(scale) }
            let present = scores.indices.filter { mask == nil || mask?[$0] != 0 }.map { scores[$0] }
            let bound = softmaxBound(level, present)
            let (got, wanted) = (Array(dst.values[places]), Array(want.values[places]))
            expectClose(got, wanted, "\(columns) columns, scale \(scale), mask \(mask ?? [])") {
              bound * Double(wanted[$0]) + 0x1p-148
            }
          }
          for format in [.fp32, .bf16, .u8(1.0 / 255, 0)] as [ckernels_format] {
            let inPlace = GuardedBuffer(src.values)
            level.table.masked_softmax(format, inPlace.start, scale, maskStart, inPlace.start, Self.rows, columns)
            expectSame(inPlace.values, format.of(dst.values), "\(columns) columns in place in \(format)")
            #expect(dst.isIntact && inPlace.isIntact)
          }
        }
      }
    }
  }

  /// Relative: the exponential's own 2e-7 and its argument's absolute error (product, greatest, difference), once
  /// for the element and once for the sum; the sum's additions; reciprocal, product and the reference's rounding.
  private func softmaxBound(_ level: Level, _ scores: [Double]) -> Double {
    guard let greatest = scores.max() else { return 0 }
    let argument = scores.map { unit * (abs($0) + abs(greatest) + abs($0 - greatest)) }.max() ?? 0
    return 1.01 * (2 * (2e-7 + argument) + unit * (level.additions(count: scores.count, sums: 4) + 4))
  }

  @Test("softmax with an addend is near the reference: one row, a row each, one value each", arguments: Level.available)
  func softmaxWithAddend(level: Level) {
    for columns in lengths {
      // The addend's row stride and step; nil for none.
      for layout in [nil, (columns, 1), (0, 1), (1, 0), (0, 0)] as [(stride: Int, step: Int)?] {
        var samples = SampleValues(seed: columns)
        let count = Self.rows * columns
        let src = GuardedBuffer(samples.floats(count, range: 20))
        let size = layout.map { ($0.stride * (Self.rows - 1)) + ($0.step * max(columns - 1, 0)) + 1 } ?? 0
        let addend = GuardedBuffer(samples.floats(columns == 0 ? 0 : size, range: 30))
        let start = layout == nil ? nil : UnsafePointer(addend.start)
        let (stride, step) = (layout?.stride ?? 0, layout?.step ?? 0)
        let (dst, want) = (GuardedBuffer<Float>(count: count), GuardedBuffer<Float>(count: count))
        level.table.softmax(.fp32, src.start, start, stride, step, dst.start, Self.rows, columns)
        ckernels_reference_softmax(.fp32, src.start, start, stride, step, want.start, Self.rows, columns)
        for row in 0..<Self.rows {
          let scores = (0..<columns).map { column in
            Double(src.elements[row * columns + column])
              + (layout == nil ? 0 : Double(addend.elements[row * stride + column * step]))
          }
          let bound = softmaxBound(level, scores)
          let exact = scores.map { exp($0 - (scores.max() ?? 0)) }
          for column in 0..<columns {
            let (got, wanted) = (dst.elements[row * columns + column], want.elements[row * columns + column])
            let definition = exact[column] / exact.reduce(0, +)
            #expect(abs(Double(wanted) - definition) <= unit * definition + 0x1p-149)
            #expect(
              abs(Double(got) - definition) <= bound * definition + 0x1p-148,
              "row \(row), column \(column) of \(columns)")
          }
        }
        for format in [.fp32, .bf16] as [ckernels_format] {
          let inPlace = GuardedBuffer(src.values)
          level.table.softmax(format, inPlace.start, start, stride, step, inPlace.start, Self.rows, columns)
          expectSame(inPlace.values, format.of(dst.values), "\(columns) columns in place in \(format)")
          #expect(dst.isIntact && inPlace.isIntact)
        }
      }
    }
  }

  @Test("softmax with an addend: rows without a finite value give NaN", arguments: Level.available)
  func softmaxWithAddendSpecial(level: Level) {
    let inf = Float.infinity
    let cases: [(row: [Float], addend: [Float], want: [Float])] = [
      ([1, 2, 3], [-inf, -inf, -inf], [.nan, .nan, .nan]), ([1, 2, 3], [-inf, 0, -inf], [0, 1, 0]),
      ([1, .nan, 3], [0, 0, 0], [.nan, .nan, .nan]), ([inf, 1, 1], [0, 0, 0], [.nan, .nan, .nan]),
      ([5, 5, 5], [-3.4e38, 0, 0], [0, 0.5, 0.5]),
    ]
    for (row, addend, want) in cases {
      let (dst, reference) = (GuardedBuffer<Float>(count: 3), GuardedBuffer<Float>(count: 3))
      level.table.softmax(.fp32, row, addend, 0, 1, dst.start, 1, 3)
      ckernels_reference_softmax(.fp32, row, addend, 0, 1, reference.start, 1, 3)
      expectClose(dst.values, want, "\(row) + \(addend)") { _ in 0 }
      expectClose(reference.values, want, "reference: \(row) + \(addend)") { _ in 0 }
    }
  }

  @Test("softmax: rows without a finite value", arguments: Level.available)
  func softmaxSpecial(level: Level) {
    let inf = Float.infinity
    let cases: [(row: [Float], mask: [Int32]?, want: [Float])] = [
      ([-inf, -inf, -inf], nil, [0, 0, 0]), ([-inf, 5, -inf], nil, [0, 1, 0]), ([1, 2, 3], [0, 0, 0], [0, 0, 0]),
      ([.nan, .nan, 7], [0, 0, 1], [0, 0, 1]), ([inf, 1, 1], [0, 1, 1], [0, 0.5, 0.5]),
      ([.nan, 1, 2], [1, 0, 1], [.nan, 0, .nan]), ([.nan, .nan, .nan], nil, [.nan, .nan, .nan]),
      ([inf, 1, 1], nil, [.nan, .nan, .nan]), ([-inf, .nan, -inf], [1, 0, 1], [0, 0, 0]),
    ]
    for (row, mask, want) in cases {
      for copies in [1, 7] {
        let wide = (0..<copies).flatMap { _ in row }
        let wideMask = mask.map { mask in GuardedBuffer((0..<copies).flatMap { _ in mask }) }
        let (dst, reference) = (GuardedBuffer(wide), GuardedBuffer(wide))
        level.table.masked_softmax(.fp32, dst.start, 1, wideMask?.start, dst.start, 1, wide.count)
        let wideWant = (0..<copies).flatMap { _ in want.map { $0 / Float(copies) } }
        expectClose(dst.values, wideWant, "\(row) \(mask ?? [])") { _ in 1e-6 }
        let src = GuardedBuffer(wide)
        ckernels_reference_masked_softmax(.fp32, src.start, 1, wideMask?.start, reference.start, 1, wide.count)
        expectClose(reference.values, wideWant, "reference \(row) \(mask ?? [])") { _ in 1e-6 }
      }
    }
  }

  @Test("Euclidean norm: at most one rounding from the reference, without overflow", arguments: Level.available)
  func l2(level: Level) {
    for count in lengths {
      for scale in [1, 1e-20, 1e25, 0x1p-140, 0] as [Float] {
        var samples = SampleValues(seed: count)
        let src = GuardedBuffer(samples.floats(count).map { $0 * scale })
        let (dst, want) = (GuardedBuffer<Float>(count: count), GuardedBuffer<Float>(count: count))
        level.table.l2_normalize(.fp32, src.start, dst.start, count)
        ckernels_reference_l2_normalize(.fp32, src.start, want.start, count)
        expectClose(dst.values, want.values, "\(count) times \(scale)") {
          2 * unit * abs(Double(want.elements[$0])) + 0x1p-149
        }
        for format in ckernels_format.all {
          let rounded = GuardedBuffer<Float>(count: count)
          level.table.l2_normalize(format, src.start, rounded.start, count)
          expectSame(rounded.values, format.of(dst.values), "\(count) in \(format)")
          #expect(rounded.isIntact)
        }
      }
    }
  }

  @Test("the references, by hand")
  func byHand() {
    var dst = [Float](repeating: 0, count: 4)
    ckernels_reference_layer_norm(.fp32, [1, 3, 5, 7], nil, [1, 1, 2, 1], [0, 0, 10, 0], 0, &dst, 1, 4)
    let deviation = 5.0.squareRoot()
    expectClose(dst, [-3, -1, 2 + 10 * Float(deviation), 3].map { $0 / Float(deviation) }, "layer norm") { _ in 2e-6 }
    ckernels_reference_masked_softmax(.fp32, [0, 2, 4, 6], 0.5, [1, 1, 0, 1], &dst, 1, 4)
    let sum = 1 + exp(1.0) + exp(3.0)
    expectClose(dst, [1 / sum, exp(1) / sum, 0, exp(3) / sum].map(Float.init), "softmax") { _ in 1e-7 }
    ckernels_reference_l2_normalize(.fp32, [1, -1, 5, 3], &dst, 4)
    expectSame(dst, [1.0 / 6, -1.0 / 6, 5.0 / 6, 0.5], "norm")
  }
}
