import CKernels
import Tensors

/// A copy that takes, along each dimension, the positions that a table lists, or a fill value where it lists none.
///
/// Padding, cropping and nearest-neighbour resizing are all of this kind.
struct IndexedCopy {
  /// The positions that the result takes along one dimension.
  enum Axis {
    /// All of them in their order.
    case whole
    /// These; negative ones stand for the fill value.
    case positions([Int])
  }

  private let elementBytes: Int
  private let extents: [Int]
  private let tables: [Int]
  private let run: Range<Int>
  private let count: Int

  /// Plans a copy out of a dense array of `shape`.
  ///
  /// - Precondition: as many axes as dimensions; positions are below the extents.
  init(elementBytes: Int, shape: Shape, axes: [Axis]) {
    self.elementBytes = elementBytes
    let strides = shape.strides
    let extents = zip(axes, shape.dims).map { axis, extent in
      switch axis {
      case .whole: extent
      case .positions(let positions): positions.count
      }
    }
    count = extents.contains(0) ? 0 : extents.reduce(1, *)
    var kept: [Int] = []
    var tables: [Int] = []
    var last: [Int] = []
    // Dimensions of one position only shift the source, or turn everything into the fill value.
    var (shift, isFill) = (0, false)
    for index in axes.indices where count > 0 {
      let offsets =
        switch axes[index] {
        case .whole: (0..<extents[index]).map { $0 * strides[index] }
        case .positions(let positions): positions.map { $0 < 0 ? -1 : $0 * strides[index] }
        }
      if offsets.count == 1 {
        if offsets[0] < 0 { isFill = true } else { shift += offsets[0] }
      } else {
        kept.append(offsets.count)
        tables += offsets
        last = offsets
      }
    }
    if isFill || shift > 0 {
      kept.insert(1, at: 0)
      tables.insert(isFill ? -1 : shift, at: 0)
    }
    if last.isEmpty {
      kept.append(1)
      tables.append(0)
      last = [0]
    }
    self.extents = kept
    self.tables = tables
    run = Self.longestRun(last)
  }

  /// Bytes that the plan holds.
  var heldBytes: Int { tables.count * 8 }

  /// Copies one share; `fill` points to one element.
  func run(
    _ share: WorkShare, from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, fill: UnsafeRawPointer
  ) {
    let range = share.rows(of: count, columns: extents[extents.count - 1])
    guard !range.isEmpty else { return }
    ckernels_copy_indexed(
      elementBytes, extents.count, extents, tables, run.lowerBound, run.upperBound, fill, source, destination,
      range.lowerBound, range.upperBound)
  }

  /// The longest part of a table that rises by 1 from entry to entry.
  private static func longestRun(_ table: [Int]) -> Range<Int> {
    var (best, start) = (0..<0, 0)
    for index in table.indices {
      if table[index] < 0 {
        start = index + 1
      } else {
        if index > start, table[index] != table[index - 1] + 1 { start = index }
        if index + 1 - start > best.count { best = start..<(index + 1) }
      }
    }
    return best
  }
}
