import CKernels

/// A copy between two arrays whose elements lie at strides, planned once and run in shares.
///
/// Nearly every operator that moves elements is one: transposition, slicing, broadcasting, concatenation. Dimensions
/// that continue each other on both sides are joined, so that the kernel runs over few long rows.
struct StridedCopy {
  private let elementBytes: Int
  private let sourceOffset: Int
  private let destinationOffset: Int
  private let extents: [Int]
  private let sourceStrides: [Int]
  private let destinationStrides: [Int]
  private let count: Int

  /// Plans the copy of all elements of `extents`.
  ///
  /// Strides and offsets count elements. A source's stride may be 0 (repeat) or negative.
  ///
  /// - Precondition: as many strides as extents; all elements lie inside their arrays; destinations are distinct.
  init(
    elementBytes: Int, extents: [Int], sourceStrides: [Int], sourceOffset: Int = 0, destinationStrides: [Int],
    destinationOffset: Int = 0
  ) {
    self.elementBytes = elementBytes
    self.sourceOffset = sourceOffset * elementBytes
    self.destinationOffset = destinationOffset * elementBytes
    count = extents.contains(0) ? 0 : extents.reduce(1, *)
    var dimensions: [(extent: Int, source: Int, destination: Int)] = []
    if count > 0 {
      for index in extents.indices where extents[index] > 1 {
        dimensions.append((extents[index], sourceStrides[index], destinationStrides[index]))
      }
    }
    dimensions.sort { abs($0.destination) > abs($1.destination) }
    var joined: [(extent: Int, source: Int, destination: Int)] = []
    for inner in dimensions {
      if let outer = joined.last, outer.source == inner.source &* inner.extent,
        outer.destination == inner.destination &* inner.extent
      {
        joined[joined.count - 1] = (outer.extent * inner.extent, inner.source, inner.destination)
      } else {
        joined.append(inner)
      }
    }
    // The kernel transposes blocks of the two innermost loops if the source is contiguous along the outer one of them.
    if let last = joined.last, last.source != 0, last.source != 1, joined.count > 2,
      let contiguous = joined.firstIndex(where: { $0.source == 1 })
    {
      joined.insert(joined.remove(at: contiguous), at: joined.count - 1)
    }
    if joined.isEmpty { joined = [(1, 1, 1)] }
    self.extents = joined.map(\.extent)
    self.sourceStrides = joined.map(\.source)
    self.destinationStrides = joined.map(\.destination)
  }

  /// The copy of `count` elements that follow each other.
  init(elementBytes: Int, count: Int) {
    self.init(elementBytes: elementBytes, extents: [count], sourceStrides: [1], destinationStrides: [1])
  }

  /// Copies one share.
  func run(_ share: WorkShare, from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    let range = share.rows(of: count, columns: extents[extents.count - 1])
    guard !range.isEmpty else { return }
    ckernels_copy_strided(
      elementBytes, extents.count, extents, sourceStrides, destinationStrides, source + sourceOffset,
      destination + destinationOffset, range.lowerBound, range.upperBound)
  }

  /// The copy as a computation.
  func computation(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) -> Computation {
    Computation(isDivisible: true) { share in run(share, from: source, to: destination) }
  }
}

extension WorkShare {
  /// This part of `count` elements in rows of `columns`: whole rows where there are enough for all parts.
  func rows(of count: Int, columns: Int) -> Range<Int> {
    let rows = count / max(columns, 1)
    guard rows >= 8 * self.count else { return range(of: count) }
    let range = range(of: rows)
    return range.lowerBound * columns..<range.upperBound * columns
  }
}
