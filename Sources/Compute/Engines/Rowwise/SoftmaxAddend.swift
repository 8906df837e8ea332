import ModelGraph
import Tensors

/// What a softmax adds to its source, broadcast to it: where each row's values are.
struct SoftmaxAddend {
  /// Rows of the source, all matrices together.
  let rows: Int
  /// Elements from one row's values to the next within a matrix, and from one column's to the next.
  let rowStride: Int
  let step: Int
  private let values: UnsafePointer<Float>
  private let rowsPerMatrix: Int
  /// The first value of each matrix.
  private let offsets: [Int]

  /// - Parameter shape: the source's.
  init(_ id: TensorID, shape: Shape, _ preparation: Preparation) {
    values = UnsafePointer(preparation.floats(id))
    let strides = preparation.shape(id).broadcastStrides(to: shape)
    (step, rowStride) = (strides[strides.count - 1], strides.count > 1 ? strides[strides.count - 2] : 0)
    rowsPerMatrix = shape.rank > 1 ? shape[-2] : 1
    offsets = Shape(Array(shape.dims.dropLast(2))).offsets(strides: Array(strides.dropLast(2)))
    rows = offsets.count * rowsPerMatrix
  }

  /// Calls `body` for rows of one matrix each: the first of them, their number and the first one's values.
  func forEachPart(of range: Range<Int>, _ body: (Int, Int, UnsafePointer<Float>) -> Void) {
    var row = range.lowerBound
    while row < range.upperBound {
      let (matrix, first) = row.quotientAndRemainder(dividingBy: rowsPerMatrix)
      let count = min(rowsPerMatrix - first, range.upperBound - row)
      body(row, count, values + offsets[matrix] + first * rowStride)
      row += count
    }
  }
}
