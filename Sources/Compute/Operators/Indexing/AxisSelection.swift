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
  private let outerExtents: [Int]
  private let outerStrides: [Int]

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
    outerExtents = Array(indices.dims.dropLast())
    outerStrides = Array(strides.dropLast())
  }

  /// Rows of the indices per position of the first dimension.
  var rowsPerSlab: Int { outerExtents.dropFirst().reduce(1, *) }

  /// Whether the first dimension is another than the axis, so that its positions are independent.
  var hasSlabs: Bool { !outerExtents.isEmpty && outerStrides[0] != 0 }

  /// The data's element at index 0 of a row's first column.
  func base(ofRow row: Int) -> Int {
    var (rest, base) = (row, 0)
    for index in outerExtents.indices.reversed() {
      let (quotient, position) = rest.quotientAndRemainder(dividingBy: outerExtents[index])
      base += position * outerStrides[index]
      rest = quotient
    }
    return base
  }
}
