import CKernels
import Tensors

/// Interpolation that is a product of one weighted sum per dimension.
struct SeparableResampling {
  /// What one dimension of the result is made of.
  enum Axis {
    /// The same positions.
    case whole
    /// For each position of the result `width` source positions with their weights, one after the other. Where the
    /// first position is negative, the result is the extrapolation value.
    case taps(width: Int, positions: [Int], weights: [Double])
  }

  private var extents: [Int] = []
  private var widths: [Int] = []
  private var offsets: [Int] = []
  private var weights: [Double] = []
  private let count: Int

  /// Plans the interpolation of a dense array of `shape`; nil where there are too many dimensions.
  init?(shape: Shape, axes: [Axis]) {
    let strides = shape.strides
    for (index, axis) in axes.enumerated() {
      switch axis {
      case .whole:
        guard shape[index] != 1 else { continue }
        extents.append(shape[index])
        widths.append(1)
        offsets += (0..<shape[index]).map { $0 * strides[index] }
        weights += [Double](repeating: 1, count: shape[index])
      case .taps(let width, let positions, let factors):
        extents.append(positions.count / width)
        widths.append(width)
        offsets += positions.map { $0 < 0 ? -1 : $0 * strides[index] }
        weights += factors
      }
    }
    if extents.isEmpty { (extents, widths, offsets, weights) = ([1], [1], [0], [1]) }
    guard extents.count <= CKERNELS_MAX_RANK else { return nil }
    count = extents.contains(0) ? 0 : extents.reduce(1, *)
  }

  /// Bytes that the plan holds.
  var heldBytes: Int { offsets.count * 16 }

  /// Computes one share of FP32 elements.
  func run(
    _ share: WorkShare, from source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>,
    extrapolation: Float
  ) {
    let range = share.rows(of: count, columns: extents[extents.count - 1])
    guard !range.isEmpty else { return }
    ckernels_resample_f32(
      extents.count, extents, widths, offsets, weights, extrapolation, source, destination, range.lowerBound,
      range.upperBound)
  }

  /// Computes one share of FP64 elements.
  func run(
    _ share: WorkShare, from source: UnsafePointer<Double>, to destination: UnsafeMutablePointer<Double>,
    extrapolation: Double
  ) {
    let range = share.rows(of: count, columns: extents[extents.count - 1])
    guard !range.isEmpty else { return }
    ckernels_resample_f64(
      extents.count, extents, widths, offsets, weights, extrapolation, source, destination, range.lowerBound,
      range.upperBound)
  }
}
