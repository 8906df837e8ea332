import CKernels
import Testing

@Suite("Windows: im2col, pooling")
struct WindowTests {
  static func geometry(
    _ channels: Int32, _ height: Int32, _ width: Int32, kernel: (Int32, Int32), stride: Int32, padding: Int32
  ) -> ckernels_convolution {
    ckernels_convolution(
      channels: channels, height: height, width: width, kernel_height: kernel.0, kernel_width: kernel.1, stride: stride,
      padding: padding, out_height: (height + 2 * padding - kernel.0) / stride + 1,
      out_width: (width + 2 * padding - kernel.1) / stride + 1)
  }

  /// The networks' geometries, small; odd sizes; windows larger than the image; strides without a fast path.
  static let geometries: [ckernels_convolution] = [
    geometry(2, 7, 7, kernel: (1, 1), stride: 1, padding: 0),
    geometry(3, 14, 14, kernel: (1, 1), stride: 2, padding: 0),
    geometry(2, 7, 7, kernel: (3, 3), stride: 1, padding: 1),
    geometry(1, 56, 56, kernel: (3, 3), stride: 1, padding: 1),
    geometry(2, 14, 14, kernel: (3, 3), stride: 2, padding: 1),
    geometry(1, 70, 70, kernel: (3, 3), stride: 2, padding: 1),
    geometry(3, 32, 32, kernel: (7, 7), stride: 2, padding: 3),
    geometry(1, 9, 11, kernel: (5, 5), stride: 1, padding: 2),
    geometry(1, 9, 11, kernel: (3, 5), stride: 1, padding: 0),
    geometry(2, 5, 40, kernel: (2, 3), stride: 3, padding: 1),
    geometry(1, 13, 17, kernel: (4, 4), stride: 5, padding: 2),
    geometry(1, 1, 1, kernel: (3, 3), stride: 1, padding: 1),
    geometry(1, 2, 3, kernel: (7, 7), stride: 1, padding: 3), geometry(1, 2, 2, kernel: (7, 7), stride: 2, padding: 3),
    geometry(1, 1, 33, kernel: (1, 3), stride: 1, padding: 1),
    geometry(1, 33, 1, kernel: (3, 3), stride: 2, padding: 1),
    geometry(1, 3, 35, kernel: (1, 1), stride: 2, padding: 1), geometry(0, 4, 4, kernel: (3, 3), stride: 1, padding: 1),
  ]

  /// The im2col matrix by its definition.
  static func columns(_ g: ckernels_convolution, _ src: [Float], _ range: Range<Int>) -> [Float] {
    let (height, width) = (Int(g.height), Int(g.width))
    var matrix: [Float] = []
    for channel in 0..<Int(g.channels) {
      for ky in 0..<Int(g.kernel_height) {
        for kx in 0..<Int(g.kernel_width) {
          for column in range {
            let y = column / Int(g.out_width) * Int(g.stride) - Int(g.padding) + ky
            let x = column % Int(g.out_width) * Int(g.stride) - Int(g.padding) + kx
            let inside = y >= 0 && y < height && x >= 0 && x < width
            matrix.append(inside ? src[(channel * height + y) * width + x] : 0)
          }
        }
      }
    }
    return matrix
  }

  @Test("im2col: whole matrices and every kind of part", arguments: Level.available, geometries.indices)
  func im2col(level: Level, index: Int) {
    var g = Self.geometries[index]
    var samples = SampleValues(seed: index)
    let values = samples.floats(Int(g.channels * g.height * g.width))
    let src = GuardedBuffer(values)
    let all = Int(g.out_height * g.out_width), rows = Int(g.channels * g.kernel_height * g.kernel_width)
    let cuts = [0, 1, all / 3, all / 2, Int(g.out_width) - 1, Int(g.out_width), Int(g.out_width) + 2, all - 1, all]
    for begin in cuts where begin >= 0 && begin <= all {
      for end in cuts where end >= begin && end <= all {
        let count = end - begin, stride = count + 2
        let size = rows == 0 ? 0 : (rows - 1) * stride + count
        let dst = GuardedBuffer([Float](repeating: -777, count: size))
        level.table.im2col(&g, src.start, begin, count, dst.start, stride)
        let want = Self.columns(g, values, begin..<end)
        let got = (0..<rows).flatMap { row in (0..<count).map { dst.elements[row * stride + $0] } }
        #expect(got == want, "columns \(begin) to \(end) of \(g)")
        let gaps = dst.elements.indices.filter { $0 % stride >= count }
        #expect(gaps.allSatisfy { dst.elements[$0] == -777 } && dst.isIntact, "outside columns \(begin) to \(end)")
      }
    }
  }

  @Test("max pooling has the reference's values, also with NaN and infinities", arguments: Level.available)
  func maxPool(level: Level) {
    for (index, geometry) in Self.geometries.enumerated() where geometry.kernel_height == geometry.kernel_width {
      var g = geometry
      var samples = SampleValues(seed: index)
      var values = samples.floats(3 * Int(g.height * g.width)).map { $0 - 10 }
      for special in [false, true] {
        if special {
          for place in Swift.stride(from: 0, to: values.count, by: 11) { values[place] = -.infinity }
          for place in Swift.stride(from: 3, to: values.count, by: 29) { values[place] = .nan }
        }
        let src = GuardedBuffer(values)
        let count = 3 * Int(g.out_height * g.out_width)
        let (dst, want) = (GuardedBuffer<Float>(count: count), GuardedBuffer<Float>(count: count))
        level.table.max_pool(&g, src.start, dst.start, 3)
        ckernels_reference_max_pool(&g, src.start, want.start, 3)
        expectSame(dst.values, want.values, "\(g)")
        #expect(dst.isIntact)
      }
    }
  }

  @Test("max pooling in the reference: by hand")
  func maxPoolByHand() {
    var g = Self.geometry(1, 3, 3, kernel: (2, 2), stride: 2, padding: 1)
    let src: [Float] = [-9, -8, -7, -6, -5, -4, -3, .nan, -1]
    var dst = [Float](repeating: 0, count: 4)
    ckernels_reference_max_pool(&g, src, &dst, 1)
    expectSame(dst, [-9, -7, -3, .nan], "2x2 windows")
  }

  @Test("plane averages are near the reference", arguments: Level.available)
  func average(level: Level) {
    for size in lengths where size > 0 {
      var samples = SampleValues(seed: size)
      let values = samples.floats(5 * size)
      let src = GuardedBuffer(values)
      let (dst, want) = (GuardedBuffer<Float>(count: 5), GuardedBuffer<Float>(count: 5))
      level.table.average_planes(.fp32, src.start, size, 0.37, dst.start, 5)
      ckernels_reference_average_planes(.fp32, src.start, size, 0.37, want.start, 5)
      expectClose(dst.values, want.values, "planes of \(size)") { plane in
        let mean = values[plane * size..<(plane + 1) * size].reduce(0) { $0 + abs(Double($1)) } / Double(size)
        return 0.37 * mean * unit * (level.additions(count: size, sums: 1) + 4)
      }
      for format in ckernels_format.all {
        let rounded = GuardedBuffer<Float>(count: 5)
        level.table.average_planes(format, src.start, size, 0.37, rounded.start, 5)
        expectSame(rounded.values, format.of(dst.values), "planes of \(size) in \(format)")
        #expect(rounded.isIntact)
      }
    }
  }
}
