import CKernels

/// A convolution for the tests of Winograd's algorithm, with its data and the oracle's results.
///
/// Images are NHWC as the kernels want them; weights are (out channels, channels, 3, 3).
struct WinogradCase {
  let (batch, height, width, channels, outChannels): (Int, Int, Int, Int, Int)
  /// Top, left, bottom, right.
  let padding: (Int, Int, Int, Int)
  let src, weights, bias: [Float]

  init(_ extents: (Int, Int, Int, Int, Int), padding: (Int, Int, Int, Int) = (1, 1, 1, 1)) {
    (batch, height, width, channels, outChannels) = extents
    self.padding = padding
    var samples = SampleValues(seed: height * 1000 + channels)
    src = samples.floats(batch * height * width * channels, range: 1)
    weights = samples.floats(outChannels * channels * 9, range: 1)
    bias = samples.floats(outChannels, range: 1)
  }

  var outHeight: Int { height + padding.0 + padding.2 - 2 }
  var outWidth: Int { width + padding.1 + padding.3 - 2 }
  /// Results.
  var count: Int { batch * outHeight * outWidth * outChannels }

  /// Every extent around the tile of 4 x 4 results and around every level's vector and panel, and all kinds of padding.
  static let all: [WinogradCase] = [
    WinogradCase((1, 8, 8, 16, 64)), WinogradCase((1, 1, 1, 1, 1)), WinogradCase((1, 2, 3, 2, 3)),
    WinogradCase((1, 4, 4, 4, 4)), WinogradCase((1, 5, 3, 5, 7)), WinogradCase((2, 7, 7, 33, 17)),
    WinogradCase((3, 6, 9, 15, 63)), WinogradCase((1, 9, 6, 17, 65)), WinogradCase((1, 13, 14, 8, 8)),
    WinogradCase((1, 14, 14, 64, 129)), WinogradCase((2, 28, 5, 31, 24)), WinogradCase((1, 1, 40, 3, 80)),
    WinogradCase((1, 40, 1, 3, 5)), WinogradCase((1, 8, 8, 200, 16)),
    WinogradCase((1, 8, 8, 16, 16), padding: (0, 0, 0, 0)), WinogradCase((2, 11, 10, 7, 20), padding: (0, 0, 0, 0)),
    WinogradCase((1, 3, 3, 4, 4), padding: (0, 0, 0, 0)), WinogradCase((1, 5, 6, 9, 9), padding: (2, 0, 0, 1)),
    WinogradCase((1, 6, 5, 6, 12), padding: (0, 2, 1, 0)), WinogradCase((1, 2, 2, 3, 5), padding: (9, 10, 11, 4)),
    WinogradCase((1, 6, 6, 0, 5)), WinogradCase((1, 6, 6, 5, 0)), WinogradCase((0, 6, 6, 5, 5)),
  ]

  /// Sums in FP64 plus the bias, rounded once, NHWC.
  var expected: [Float] {
    let plane = height * width, outPlane = outHeight * outWidth
    var geometry = WindowTests.geometry(
      Int32(channels), Int32(height), Int32(width), kernel: (3, 3), stride: (1, 1), dilation: (1, 1),
      padding: (Int32(padding.0), Int32(padding.1), Int32(padding.2), Int32(padding.3)))
    var results = [Float](repeating: 0, count: count)
    for image in 0..<batch {
      let planes = (0..<channels * plane).map { src[(image * plane + $0 % plane) * channels + $0 / plane] }
      var out = [Float](repeating: 0, count: outChannels * outPlane)
      bias.withUnsafeBufferPointer { bias in
        var epilogue = ckernels_epilogue(
          scale: nil, bias: bias.baseAddress, residual: nil, residual_scale: 1, activation: CKERNELS_ACTIVATION_NONE,
          alpha: 0, beta: 0, format: .fp32)
        ckernels_reference_convolution(&geometry, planes, weights, &epilogue, &out, 0, outChannels)
      }
      for index in out.indices {
        results[(image * outPlane + index % outPlane) * outChannels + index / outPlane] = out[index]
      }
    }
    return results
  }

  /// The most that each result may differ from the oracle's: gamma(n) (|A|^T (sum |G||g||G|^T * |B|^T|d||B|) |A| + |bias|).
  ///
  /// n counts the roundings that one term goes through where a level has no fused multiply-add: 12 of its weight (2 x 4 of
  /// the two passes of its transform, 4 of its factor; or 1 where the transform is rounded once), 2 x 4 of
  /// the two passes of the input's transform, 1 product, K additions, 2 x 5 of the output's passes, 2 of the bias, 1 of
  /// the oracle. gamma(n) = n u / (1 - n u). (Higham, Accuracy and Stability of Numerical Algorithms, 2002, 3.1; the form
  /// of the bound is that of Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution, 2020.)
  /// The bound grows like K, the error of random data like the root of K.
  var errorBounds: [Double] {
    let roundings = Double(channels + 34), gamma = roundings * unit / (1 - roundings * unit)
    let kernels = weights.map { abs(Double($0)) }
    let transformed = (0..<outChannels * channels).map { WinogradMatrices.weights(kernels[$0 * 9..<$0 * 9 + 9]) }
    var bounds = [Double](repeating: 0, count: count)
    for image in 0..<batch {
      for top in stride(from: 0, to: outHeight, by: 4) {
        for left in stride(from: 0, to: outWidth, by: 4) {
          let inputs = (0..<channels).map { channel in
            WinogradMatrices.inputs(
              (0..<36).map { magnitude(image, top + $0 / 6 - padding.0, left + $0 % 6 - padding.1, channel) }[...])
          }
          for out in 0..<outChannels {
            var sums = [Double](repeating: 0, count: 36)
            for channel in 0..<channels {
              for i in 0..<36 { sums[i] += inputs[channel][i] * transformed[out * channels + channel][i] }
            }
            let tile = WinogradMatrices.outputs(sums[...])
            for y in 0..<min(4, outHeight - top) {
              for x in 0..<min(4, outWidth - left) {
                let pixel = (image * outHeight + top + y) * outWidth + left + x
                bounds[pixel * outChannels + out] = gamma * (tile[4 * y + x] + abs(Double(bias[out])))
              }
            }
          }
        }
      }
    }
    return bounds
  }

  /// An input pixel's magnitude; 0 outside.
  private func magnitude(_ image: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double {
    guard (0..<height).contains(y), (0..<width).contains(x) else { return 0 }
    return abs(Double(src[((image * height + y) * width + x) * channels + channel]))
  }
}

/// The magnitudes of the three transforms' matrices, at the points 0, +-5/8, +-3/2 and infinity.
enum WinogradMatrices {
  private static let (p, q) = (0.625, 1.5)
  private static let (pp, qq) = (p * p, q * q)
  private static let (f0, fp, fq) = (1 / (pp * qq), 1 / (2 * pp * (qq - pp)), 1 / (2 * qq * (qq - pp)))

  private static let b: [[Double]] = [
    [pp * qq, 0, pp + qq, 0, 1, 0], [0, p * qq, qq, p, 1, 0], [0, p * qq, qq, p, 1, 0], [0, q * pp, pp, q, 1, 0],
    [0, q * pp, pp, q, 1, 0], [0, pp * qq, 0, pp + qq, 0, 1],
  ]
  private static let g: [[Double]] = [
    [f0, 0, 0], [fp, fp * p, fp * pp], [fp, fp * p, fp * pp], [fq, fq * q, fq * qq], [fq, fq * q, fq * qq], [0, 0, 1],
  ]
  private static let a: [[Double]] = [
    [1, 1, 1, 1, 1, 0], [0, p, p, q, q, 0], [0, pp, pp, qq, qq, 0], [0, pp * p, pp * p, qq * q, qq * q, 1],
  ]

  static func weights(_ kernel: ArraySlice<Double>) -> [Double] { both(g, kernel) }
  static func inputs(_ tile: ArraySlice<Double>) -> [Double] { both(b, tile) }
  static func outputs(_ sums: ArraySlice<Double>) -> [Double] { both(a, sums) }

  /// matrix * square * matrix^T.
  private static func both(_ matrix: [[Double]], _ square: ArraySlice<Double>) -> [Double] {
    let size = matrix[0].count, values = Array(square)
    let half = matrix.map { row in (0..<size).map { x in (0..<size).reduce(0) { $0 + row[$1] * values[$1 * size + x] } }
    }
    return half.flatMap { line in matrix.map { row in (0..<size).reduce(0) { $0 + row[$1] * line[$1] } } }
  }
}
