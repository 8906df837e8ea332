import CKernels

/// How the windows of a convolution or a pool lie over an image of one to three dimensions.
///
/// Strides, dilations and kernels are below 2^30, and every extent, with padding too, is below 2^31, so that no later
/// product of two of them overflows.
struct WindowGeometry {
  /// Extents of the image that windows slide over.
  let input: [Int]
  /// The number of windows along each axis.
  let output: [Int]
  /// Taps of a window along each axis.
  let kernel: [Int]
  /// Distance between windows along each axis.
  let strides: [Int]
  /// Distance between taps along each axis.
  let dilations: [Int]
  /// Padding before the image.
  let paddingBegin: [Int]
  /// Padding after the image.
  let paddingEnd: [Int]

  /// The number of positions of the image.
  var inputCount: Int { input.reduce(1, *) }
  /// The number of windows.
  var outputCount: Int { output.reduce(1, *) }
  /// The number of taps.
  var tapCount: Int { kernel.reduce(1, *) }

  /// Whether window i covers exactly position i.
  var isPointwise: Bool {
    kernel.allSatisfy { $0 == 1 } && strides.allSatisfy { $0 == 1 }
      && (paddingBegin + paddingEnd).allSatisfy { $0 == 0 }
  }

  /// The geometry as C has it: three axes, missing ones first.
  var native: ckernels_window {
    ckernels_window(
      in: triple(input, 1), out: triple(output, 1), kernel: triple(kernel, 1), stride: triple(strides, 1),
      dilation: triple(dilations, 1), padding: triple(paddingBegin, 0),
      padding_end: triple(paddingEnd, 0))
  }

  private func triple(_ values: [Int], _ missing: Int) -> (Int, Int, Int) {
    let all = Array(repeating: missing, count: 3 - values.count) + values
    return (all[0], all[1], all[2])
  }
}
