import Tensors

/// A nest of loops over an array: gives the offset of each iteration by its number.
struct StridedWalk {
  private let extents: [Int]
  private let strides: [Int]

  /// A nest of these extents, outermost first, with elements from one position to the next of each.
  init(extents: [Int], strides: [Int]) {
    self.extents = extents
    self.strides = strides
  }

  /// All positions along some axes of a dense array.
  init(_ shape: Shape, axes: [Int]) {
    let strides = shape.strides
    self.init(extents: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
  }

  /// The number of iterations.
  var count: Int { extents.reduce(1, *) }

  /// The offset of the iteration at `number`, row-major; 0 ..< ``count`` are valid.
  @inline(__always)
  func offset(_ number: Int) -> Int {
    var (rest, offset) = (number, 0)
    for axis in extents.indices.reversed() {
      let (quotient, position) = rest.quotientAndRemainder(dividingBy: extents[axis])
      offset += position * strides[axis]
      rest = quotient
    }
    return offset
  }
}
