import ModelGraph
import Tensors

/// The geometry of GatherElements and ScatterElements: indices that replace one coordinate of their own positions.
struct AxisSelection {
  /// The extent that the indices select from.
  let extent: Int
  /// Rows and columns of the indices; the columns are their last dimension.
  let rows: Int
  let columns: Int
  /// Elements of the data from one index value to the next, and from one column to the next.
  let axisStride: Int
  let columnStride: Int
  /// Rows of the indices per position of the first dimension.
  let rowsPerSlab: Int
  /// Whether the first dimension is another than the axis, so that its positions are independent.
  let hasSlabs: Bool
  private let outer: StridedWalk

  /// Checks data (input 0) and indices (input 1) against each other.
  init(_ call: OperatorCall) throws(OperatorError) {
    let (data, indices) = (try call.shape(0), try call.shape(1))
    let axis = try call.axis(try call.int("axis") ?? 0, rank: data.rank)
    try IndexReader.check(call, 1)
    guard data.rank == indices.rank,
      data.dims.indices.allSatisfy({ $0 == axis || indices[$0] <= data[$0] })
    else { throw .invalid("indices of \(indices) do not fit data of \(data) along axis \(axis)") }
    var strides = data.strides
    extent = data[axis]
    axisStride = strides[axis]
    strides[axis] = 0
    columns = indices[-1]
    rows = columns == 0 ? 0 : indices.count / columns
    columnStride = strides[strides.count - 1]
    let outerExtents = Array(indices.dims.dropLast())
    rowsPerSlab = outerExtents.dropFirst().reduce(1, *)
    hasSlabs = !outerExtents.isEmpty && strides[0] != 0
    outer = StridedWalk(extents: outerExtents, strides: Array(strides.dropLast()))
  }

  /// The data's element at index 0 of a row's first column.
  func base(ofRow row: Int) -> Int { outer.offset(row) }
}
