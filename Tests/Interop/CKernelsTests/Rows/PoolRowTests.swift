import CKernels
import Testing

@Suite("Pooling of channels-last native storage")
struct PoolRowTests {
  /// One pooling of two images; `values` are in (images, channels, height, width).
  struct Case {
    let geometry: ckernels_convolution
    let images = 2
    var channels: Int { Int(geometry.channels) }
    var plane: Int { Int(geometry.height) * Int(geometry.width) }
    var outPlane: Int { Int(geometry.out_height) * Int(geometry.out_width) }
    var lines: Int { images * Int(geometry.out_height) }
    var count: Int { images * channels * plane }
    var outCount: Int { images * channels * outPlane }

    init(_ geometry: ckernels_convolution, channels: Int) {
      var geometry = geometry
      geometry.channels = Int32(channels)
      self.geometry = geometry
    }

    /// (images, channels, positions) to (images, positions, channels).
    func channelsLast(_ values: [Float], positions: Int) -> [Float] {
      (0..<images).flatMap { image in
        (0..<positions).flatMap { position in
          (0..<channels).map { values[(image * channels + $0) * positions + position] }
        }
      }
    }
  }

  /// Small geometries with many numbers of channels, all geometries with few.
  static let cases: [Case] = {
    let small = WindowTests.geometry(1, 5, 6, kernel: (3, 3), stride: 2, padding: 1)
    let counts = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130]
    return counts.map { Case(small, channels: $0) } + WindowTests.geometries.map { Case($0, channels: 3) }
  }()

  @Test("maximum: exactly the reference's, with NaN", arguments: Level.available, ckernels_format.all)
  func maximum(level: Level, format: ckernels_format) {
    for item in Self.cases {
      var samples = SampleValues(seed: item.count)
      var values = format.of(samples.floats(item.count))
      if !format.isInteger { for index in stride(from: 5, to: values.count, by: 41) { values[index] = -.nan } }
      let src = NativeBuffer(stored: item.channelsLast(values, positions: item.plane), format)
      let dst = NativeBuffer(count: item.outCount, format)
      var geometry = item.geometry
      let (floats, want) = (GuardedBuffer(values), GuardedBuffer<Float>(count: item.outCount))
      ckernels_reference_max_pool(&geometry, floats.start, want.start, item.images * item.channels)
      let middle = item.lines / 3
      level.rows.max_pool(&geometry, format, src.start, dst.start, middle, item.lines)
      level.rows.max_pool(&geometry, format, src.start, dst.start, 0, middle)
      let least = format.kind == CKERNELS_FORMAT_U8 ? 0 - Float(format.zero_point) : -127
      let stored = want.values.map { format.isInteger ? max($0, least) : $0 }
      expectSame(dst.stored, item.channelsLast(stored, positions: item.outPlane), "\(geometry)")
      #expect(dst.isIntact)
    }
  }

  @Test("global average: exact for integers", arguments: Level.available, ckernels_format.all)
  func global(level: Level, format: ckernels_format) {
    for channels in [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65, 200] {
      for positions in [1, 2, 49, 130] {
        let images = 2, count = images * positions * channels, results = images * channels
        var samples = SampleValues(seed: count)
        let src = NativeBuffer(rounding: samples.floats(count), format)
        let stored = src.stored
        var (want, bounds): ([Float], [Double]) = ([], [])
        for image in 0..<images {
          for channel in 0..<channels {
            let values = (0..<positions).map { Double(stored[(image * positions + $0) * channels + channel]) }
            let (sum, magnitudes) = (values.reduce(0, +), values.reduce(0) { $0 + abs($1) })
            want.append(format.realScale * (Float(sum) / Float(positions)))
            bounds.append(
              format.isInteger ? 0 : unit * (magnitudes * Double(positions) + 2 * abs(sum)) / Double(positions))
          }
        }
        let dst = NativeBuffer(count: results, .fp32)
        let middle = results * 2 / 3
        level.rows.global_average(format, .fp32, src.start, positions, channels, dst.start, middle, results)
        level.rows.global_average(format, .fp32, src.start, positions, channels, dst.start, 0, middle)
        expectClose(dst.stored, want, "\(channels) channels of \(positions)") { bounds[$0] }
        for dstFormat in ckernels_format.all {
          let rounded = NativeBuffer(count: results, dstFormat)
          level.rows.global_average(format, dstFormat, src.start, positions, channels, rounded.start, 0, results)
          expectSame(rounded.stored, dstFormat.heldOf(dst.stored), "\(channels) channels to \(dstFormat.kind.rawValue)")
          #expect(dst.isIntact && rounded.isIntact)
        }
      }
    }
  }

  @Test("the mean of no position is NaN, or the least integer", arguments: Level.available)
  func noPosition(level: Level) {
    for format in ckernels_format.all {
      let (src, dst) = (NativeBuffer(count: 0, format), NativeBuffer(count: 5, format))
      level.rows.global_average(format, format, src.start, 0, 5, dst.start, 0, 5)
      expectSame(dst.stored, format.heldOf([Float](repeating: .nan, count: 5)), "\(format)")
    }
  }
}
