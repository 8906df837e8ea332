import CKernels
import Testing

@Suite("Reorders of native storage")
struct ReorderTests {
  /// How one side of a reorder is held.
  struct Side: CustomTestStringConvertible {
    let format: ckernels_format
    let isFloats: Bool
    var testDescription: String { "\(format.kind.rawValue)\(isFloats ? " as floats" : "")" }

    static let all = ckernels_format.all.flatMap {
      [Side(format: $0, isFloats: false), Side(format: $0, isFloats: true)]
    }
    /// The format of what is in memory.
    var held: ckernels_format { isFloats ? .fp32 : format }
  }

  /// images, channels, positions: squares of every level's vectors and their neighbours, few channels, parts.
  static let shapes: [(Int, Int, Int)] = [
    (1, 1, 0), (1, 1, 1), (2, 3, 1), (1, 5, 3), (2, 3, 67), (1, 3, 64), (1, 4, 65), (1, 2, 200), (2, 16, 16),
    (1, 17, 15), (1, 33, 66), (3, 7, 9), (0, 3, 5), (2, 0, 5), (1, 1, 4100),
  ]

  /// Element `(image, channel, position)` of a shape.
  static func index(_ shape: (Int, Int, Int), channelsLast: Bool, _ i: Int, _ c: Int, _ p: Int) -> Int {
    channelsLast ? (i * shape.2 + p) * shape.1 + c : (i * shape.1 + c) * shape.2 + p
  }

  /// The stored values after a reorder.
  static func expected(_ stored: [Float], _ from: Side, _ to: Side) -> [Float] {
    let (a, b) = (from.format, to.format)
    let keeps = a.kind == b.kind && (!a.isInteger || (a.scale == b.scale && a.zero_point == b.zero_point))
    let values = keeps ? stored : b.of(stored.map { $0 * a.realScale })
    guard b.isInteger, !to.isFloats else { return values }
    let least = b.kind == CKERNELS_FORMAT_U8 ? 0 - Float(b.zero_point) : -127
    return values.map { $0.isNaN ? least : $0 }
  }

  @Test("every pair of formats and storages, with and without a change of layout", arguments: Level.available, Side.all)
  func pairs(level: Level, from: Side) {
    for to in Side.all + [Side(format: .u8(0.04, 3), isFloats: false), Side(format: .s8(0.5), isFloats: true)] {
      for shape in Self.shapes {
        var samples = SampleValues(seed: shape.1 + shape.2)
        var values = from.format.of(samples.floats(shape.0 * shape.1 * shape.2))
        if from.isFloats || !from.format.isInteger, values.count > 2 { values[values.count / 2] = .nan }
        for (fromLast, toLast) in [(false, false), (true, true), (false, true), (true, false)] {
          var reorder = ckernels_reorder()
          (reorder.src_format, reorder.dst_format) = (from.format, to.format)
          (reorder.src_is_floats, reorder.dst_is_floats) = (from.isFloats ? 1 : 0, to.isFloats ? 1 : 0)
          (reorder.src_channels_last, reorder.dst_channels_last) = (fromLast ? 1 : 0, toLast ? 1 : 0)
          (reorder.images, reorder.channels, reorder.positions) = shape
          check(level, reorder, shape, values, from, to)
        }
      }
    }
  }

  private func check(
    _ level: Level, _ reorder: ckernels_reorder, _ shape: (Int, Int, Int), _ values: [Float], _ from: Side, _ to: Side
  ) {
    var reorder = reorder
    let src = NativeBuffer(stored: values, from.held)
    let dst = NativeBuffer(count: values.count, to.held)
    let parts = ckernels_reorder_parts(&reorder)
    let middle = parts / 2
    level.rows.reorder(&reorder, src.start, dst.start, middle, parts)
    level.rows.reorder(&reorder, src.start, dst.start, 0, middle)
    var moved = values
    for i in 0..<shape.0 {
      for c in 0..<shape.1 {
        for p in 0..<shape.2 {
          let source = Self.index(shape, channelsLast: reorder.src_channels_last != 0, i, c, p)
          moved[Self.index(shape, channelsLast: reorder.dst_channels_last != 0, i, c, p)] = values[source]
        }
      }
    }
    let want = Self.expected(moved, from, to)
    expectSame(dst.stored, want, "\(shape) \(from) to \(to), \(reorder.src_channels_last)\(reorder.dst_channels_last)")
    #expect(dst.isIntact)
  }

  @Test("FP32 keeps all bits, also of signalling NaN", arguments: Level.available)
  func keepsBits(level: Level) {
    let values = FormatTests.everyUpperHalf
    let (src, dst) = (NativeBuffer(stored: values, .fp32), NativeBuffer(count: values.count, .fp32))
    var reorder = ckernels_reorder()
    (reorder.images, reorder.channels, reorder.positions) = (1, 1, values.count)
    level.rows.reorder(&reorder, src.start, dst.start, 0, ckernels_reorder_parts(&reorder))
    #expect(dst.rawBytes == src.rawBytes)
  }

  @Test("in place where elements stay as large", arguments: Level.available)
  func inPlace(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      let values = samples.floats(count)
      let (first, second) = (ckernels_format.u8(0.02, 130), ckernels_format.s8(0.03))
      let buffer = NativeBuffer(rounding: values, first)
      let want = second.of(buffer.real)
      var reorder = ckernels_reorder()
      (reorder.src_format, reorder.dst_format) = (first, second)
      (reorder.images, reorder.channels, reorder.positions) = (1, 1, count)
      level.rows.reorder(&reorder, buffer.start, buffer.start, 0, ckernels_reorder_parts(&reorder))
      #expect(buffer.rawBytes.map { Float(Int8(bitPattern: $0)) } == want && buffer.isIntact)
    }
  }
}
