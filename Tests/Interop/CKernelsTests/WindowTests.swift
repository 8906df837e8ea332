import CKernels
import Testing

@Suite("Windows: im2col, pooling")
struct WindowTests {
  static func geometry(
    _ channels: Int32, _ height: Int32, _ width: Int32, kernel: (Int32, Int32), stride: Int32, padding: Int32
  ) -> ckernels_convolution {
    geometry(
      channels, height, width, kernel: kernel, stride: (stride, stride), dilation: (1, 1),
      padding: (padding, padding, padding, padding))
  }

  /// Everything by direction; padding is top, left, bottom, right.
  static func geometry(
    _ channels: Int32, _ height: Int32, _ width: Int32, kernel: (Int32, Int32), stride: (Int32, Int32),
    dilation: (Int32, Int32), padding: (Int32, Int32, Int32, Int32)
  ) -> ckernels_convolution {
    let rows = height + padding.0 + padding.2 - dilation.0 * (kernel.0 - 1) - 1
    let columns = width + padding.1 + padding.3 - dilation.1 * (kernel.1 - 1) - 1
    return ckernels_convolution(
      channels: channels, height: height, width: width, kernel_height: kernel.0, kernel_width: kernel.1,
      stride_y: stride.0, stride_x: stride.1, dilation_y: dilation.0, dilation_x: dilation.1, padding_top: padding.0,
      padding_left: padding.1, out_height: rows / stride.0 + 1, out_width: columns / stride.1 + 1)
  }

  /// The networks' geometries, small; odd sizes; windows larger than the image; strides without a fast path.
  static let geometries: [ckernels_convolution] =
    [
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
      geometry(1, 2, 3, kernel: (7, 7), stride: 1, padding: 3),
      geometry(1, 2, 2, kernel: (7, 7), stride: 2, padding: 3),
      geometry(1, 1, 33, kernel: (1, 3), stride: 1, padding: 1),
      geometry(1, 33, 1, kernel: (3, 3), stride: 2, padding: 1),
      geometry(1, 3, 35, kernel: (1, 1), stride: 2, padding: 1),
      geometry(0, 4, 4, kernel: (3, 3), stride: 1, padding: 1),
    ] + generalGeometries

  /// Directions that differ, dilation, padding by side, windows with holes that reach over the plane, rows alone.
  static let generalGeometries: [ckernels_convolution] = [
    geometry(2, 9, 20, kernel: (3, 3), stride: (1, 1), dilation: (2, 2), padding: (2, 2, 2, 2)),
    geometry(2, 12, 35, kernel: (3, 3), stride: (1, 1), dilation: (1, 4), padding: (1, 4, 1, 4)),
    geometry(1, 11, 37, kernel: (3, 5), stride: (2, 1), dilation: (3, 2), padding: (0, 4, 5, 4)),
    geometry(2, 10, 41, kernel: (2, 4), stride: (1, 2), dilation: (1, 1), padding: (0, 1, 1, 2)),
    geometry(1, 8, 64, kernel: (3, 3), stride: (2, 2), dilation: (1, 1), padding: (0, 0, 1, 1)),
    geometry(1, 7, 7, kernel: (1, 1), stride: (1, 1), dilation: (1, 1), padding: (1, 2, 0, 3)),
    geometry(3, 1, 50, kernel: (1, 9), stride: (1, 1), dilation: (1, 1), padding: (0, 8, 0, 0)),
    geometry(2, 1, 100, kernel: (1, 5), stride: (1, 3), dilation: (1, 4), padding: (0, 3, 0, 9)),
    geometry(1, 2, 2, kernel: (2, 2), stride: (1, 1), dilation: (5, 7), padding: (4, 6, 4, 6)),
    geometry(1, 40, 1, kernel: (3, 1), stride: (3, 1), dilation: (2, 1), padding: (3, 0, 1, 0)),
    geometry(1, 6, 33, kernel: (5, 5), stride: (1, 1), dilation: (1, 1), padding: (2, 2, 2, 2)),
    geometry(1, 20, 70, kernel: (7, 7), stride: (2, 4), dilation: (1, 1), padding: (3, 3, 3, 3)),
  ]

  /// The im2col matrix by its definition.
  static func columns(_ g: ckernels_convolution, _ src: [Float], _ range: Range<Int>) -> [Float] {
    let (height, width) = (Int(g.height), Int(g.width))
    var matrix: [Float] = []
    for channel in 0..<Int(g.channels) {
      for ky in 0..<Int(g.kernel_height) {
        for kx in 0..<Int(g.kernel_width) {
          for column in range {
            let (out_y, out_x) = column.quotientAndRemainder(dividingBy: Int(g.out_width))
            let y = out_y * Int(g.stride_y) - Int(g.padding_top) + ky * Int(g.dilation_y)
            let x = out_x * Int(g.stride_x) - Int(g.padding_left) + kx * Int(g.dilation_x)
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
    for (index, geometry) in Self.geometries.enumerated() {
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

  @Test("max pooling by hand: rows and columns with steps, gaps and padding of their own")
  func generalMaxPoolByHand() {
    // Rows 1 and 3 (dilation 2, one row of padding above), columns in pairs with a step of 3.
    var g = Self.geometry(1, 4, 5, kernel: (2, 2), stride: (3, 3), dilation: (2, 1), padding: (1, 0, 0, 0))
    let src: [Float] = (0..<20).map { Float($0) }
    var dst = [Float](repeating: 0, count: Int(g.out_height * g.out_width))
    for kernel in [ckernels_reference_max_pool] + Level.available.compactMap(\.table.max_pool) {
      kernel(&g, src, &dst, 1)
      #expect(dst == [6, 9])
    }
    // No element of any window but the last in each direction lies within the plane.
    g = Self.geometry(1, 1, 1, kernel: (1, 2), stride: (1, 1), dilation: (1, 3), padding: (0, 3, 0, 2))
    for kernel in [ckernels_reference_max_pool] + Level.available.compactMap(\.table.max_pool) {
      var results: [Float] = [0, 0, 0]
      kernel(&g, [5], &results, 1)
      #expect(results == [5, -.infinity, -.infinity])
    }
  }

  @Test("depthwise convolution is near the reference's, plane by plane", arguments: Level.available)
  func depthwise(level: Level) {
    for (index, geometry) in Self.geometries.enumerated() {
      for multiplier in [1, 2] {
        var g = geometry
        g.channels = 1
        let planes = 3, channels = planes * multiplier
        let (planeSize, resultSize) = (Int(g.height * g.width), Int(g.out_height * g.out_width))
        let kernelSize = Int(g.kernel_height * g.kernel_width)
        var samples = SampleValues(seed: index)
        let src = GuardedBuffer(samples.floats(planes * planeSize))
        let weights = GuardedBuffer(samples.floats(channels * kernelSize))
        let (scale, bias) = (GuardedBuffer(samples.floats(channels)), GuardedBuffer(samples.floats(channels)))
        let residual = GuardedBuffer(samples.floats(channels * resultSize))
        var epilogue = ckernels_epilogue()
        (epilogue.scale, epilogue.bias) = (UnsafePointer(scale.start), UnsafePointer(bias.start))
        (epilogue.residual, epilogue.residual_scale) = (UnsafePointer(residual.start), 0.5)
        (epilogue.activation, epilogue.alpha, epilogue.beta) = (CKERNELS_ACTIVATION_CLIP, -50, 60)
        let dst = GuardedBuffer<Float>(count: channels * resultSize)
        level.table.depthwise(&g, src.start, weights.start, multiplier, &epilogue, dst.start, 0, 1)
        level.table.depthwise(&g, src.start, weights.start, multiplier, &epilogue, dst.start, 1, channels)
        #expect(dst.isIntact)
        for channel in 0..<channels {
          let want = GuardedBuffer<Float>(count: resultSize)
          var part = epilogue
          (part.scale, part.bias) = (epilogue.scale + channel, epilogue.bias + channel)
          part.residual = epilogue.residual + channel * resultSize
          ckernels_reference_convolution(
            &g, src.start + channel / multiplier * planeSize, weights.start + channel * kernelSize, &part, want.start,
            0, 1)
          // Values below 4 each: kernelSize products of 16, scaled by less than 4, each step off by half a unit.
          expectClose(
            Array(dst.values[channel * resultSize..<(channel + 1) * resultSize]), want.values,
            "channel \(channel) of \(g)"
          ) { _ in 4 * 16 * Double(kernelSize) * Double(kernelSize + 3) * unit }
        }
      }
    }
  }

  @Test("depthwise convolution of integers is exact", arguments: Level.available)
  func depthwiseIntegers(level: Level) {
    for (index, geometry) in Self.geometries.enumerated() {
      var g = geometry
      g.channels = 1
      var samples = SampleValues(seed: index)
      let src = GuardedBuffer(samples.integers(Int(g.height * g.width), in: -255...255).map { Float($0) })
      let count = Int(g.kernel_height * g.kernel_width), results = Int(g.out_height * g.out_width)
      let weights = GuardedBuffer(samples.integers(count, in: -127...127).map { Float($0) })
      var epilogue = ckernels_epilogue()
      let (dst, want) = (GuardedBuffer<Float>(count: results), GuardedBuffer<Float>(count: results))
      level.table.depthwise(&g, src.start, weights.start, 1, &epilogue, dst.start, 0, 1)
      ckernels_reference_convolution(&g, src.start, weights.start, &epilogue, want.start, 0, 1)
      #expect(dst.values == want.values, "\(g)")
    }
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
