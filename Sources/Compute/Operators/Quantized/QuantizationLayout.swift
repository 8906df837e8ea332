import ModelGraph
import Tensors

/// Which scale belongs to which element of a tensor: one for all, one for each position of an axis, or one for each
/// block along an axis.
struct QuantizationLayout {
  /// A run of consecutive elements.
  struct Run {
    let offset: Int
    let count: Int
    /// The first element's scale.
    let scale: Int
    /// From one element's scale to the next one's: 0 or 1.
    let step: Int
  }

  /// The number of runs.
  let runs: Int
  private let count: Int
  /// The axis's extent, the elements from one position to the next, scales along the axis, elements of a block.
  private let (extent, inner, scales, block): (Int, Int, Int, Int)
  private let kind: Kind

  private enum Kind { case tensor, axis, block }

  /// Reads the layout of a call whose inputs are elements, scales and, perhaps, zero points.
  init(_ call: OperatorCall) throws(OperatorError) {
    let (shape, scale) = (try call.shape(0), try call.shape(1))
    if let zero = call.input(2)?.type.shape, zero.count != scale.count {
      throw .invalid("zero points of the extents \(zero) beside scales of \(scale)")
    }
    count = shape.count
    let blockSize = try call.int("block_size") ?? 0
    if scale.count == 1, blockSize == 0 {
      kind = .tensor
      (extent, inner, scales, block) = (1, 1, 1, 1)
      runs = (count + Self.chunk - 1) / Self.chunk
      return
    }
    guard call.op.opset >= 13 else { throw .invalid("opset \(call.op.opset) knows one scale only") }
    guard shape.rank >= 1, blockSize >= 0 else { throw .invalid("block_size \(blockSize) of \(shape.rank) dimensions") }
    let axis = shape.rank == 1 ? 0 : try call.axis(call.int("axis") ?? 1, rank: shape.rank)
    let inner = shape.dims.dropFirst(axis + 1).reduce(1, *)
    let outer = shape.dims.prefix(axis).reduce(1, *)
    (extent, self.inner) = (shape[axis], inner)
    if blockSize == 0 {
      kind = .axis
      guard scale.rank == 1, scale[0] == extent else {
        throw .invalid("scales of the extents \(scale) for axis \(axis) of \(shape)")
      }
      (scales, block) = (extent, 1)
      runs = inner == 1 ? outer : outer * extent
    } else {
      kind = .block
      let blocks = extent == 0 ? 0 : (extent - 1) / blockSize + 1
      var wanted = shape.dims
      wanted[axis] = blocks
      guard scale.dims == wanted else {
        throw .invalid("scales of the extents \(scale) for blocks of \(blockSize) along axis \(axis) of \(shape)")
      }
      (scales, block) = (blocks, blockSize)
      runs = outer * (inner == 1 ? blocks : extent)
    }
  }

  /// The run at an index.
  func run(_ index: Int) -> Run {
    switch kind {
    case .tensor:
      return Run(
        offset: index * Self.chunk, count: min(Self.chunk, count - index * Self.chunk), scale: 0, step: 0)
    case .axis where inner == 1:
      return Run(offset: index * extent, count: extent, scale: 0, step: 1)
    case .axis:
      return Run(offset: index * inner, count: inner, scale: index % extent, step: 0)
    case .block where inner == 1:
      let (outer, position) = index.quotientAndRemainder(dividingBy: scales)
      return Run(
        offset: outer * extent + position * block, count: min(block, extent - position * block), scale: index, step: 0)
    case .block:
      let (outer, position) = index.quotientAndRemainder(dividingBy: extent)
      return Run(offset: index * inner, count: inner, scale: (outer * scales + position / block) * inner, step: 1)
    }
  }

  private static let chunk = 4096
}
