import ModelGraph
import Tensors

/// The geometry of GatherND and ScatterND: tuples of indices that select slices of the data.
struct TupleSelection {
  /// The number of tuples, and of indices per tuple.
  let tuples: Int
  let width: Int
  /// Elements of a slice, and its extents.
  let sliceCount: Int
  let sliceDims: ArraySlice<Int>
  private let extents: [Int]
  private let strides: [Int]
  private let tuplesPerBatch: Int
  private let batchStride: Int

  /// Checks data (input 0) and indices (input 1), which share the first `batchDims` dimensions.
  init(_ call: OperatorCall, batchDims: Int = 0) throws(OperatorError) {
    let (data, indices) = (try call.shape(0), try call.shape(1))
    try IndexReader.check(call, 1)
    guard data.rank >= 1, indices.rank >= 1 else { throw .invalid("data and indices must have dimensions") }
    guard batchDims >= 0, batchDims < min(data.rank, indices.rank),
      data.dims[..<batchDims] == indices.dims[..<batchDims]
    else { throw .invalid("data of \(data) and indices of \(indices) do not share \(batchDims) dimensions") }
    width = indices[-1]
    guard width >= 1, width <= data.rank - batchDims else {
      throw .invalid("tuples of \(width) indices do not fit data of \(data)")
    }
    tuples = indices.dims.dropLast().reduce(1, *)
    let strides = data.strides
    let selected = batchDims..<(batchDims + width)
    extents = Array(data.dims[selected])
    self.strides = Array(strides[selected])
    sliceDims = data.dims[selected.upperBound...]
    sliceCount = sliceDims.reduce(1, *)
    tuplesPerBatch = indices.dims.dropLast().dropFirst(batchDims).reduce(1, *)
    batchStride = data.dims[batchDims...].reduce(1, *)
  }

  /// The first element of the slice that a tuple selects, or nil where an index is out of range.
  func offset(ofTuple tuple: Int, _ indices: IndexReader) -> Int? {
    var offset = tuple / tuplesPerBatch * batchStride
    for part in 0..<width {
      guard let index = indices.index(tuple * width + part, below: extents[part]) else { return nil }
      offset += index * strides[part]
    }
    return offset
  }
}
