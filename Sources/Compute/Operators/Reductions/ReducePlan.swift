import CKernels
import Tensors

/// A reduction of a dense tensor with everything that the kernels read in memory of its own.
final class ReducePlan {
  private let plan: UnsafeMutablePointer<ckernels_reduction>
  private let numbers: UnsafeMutableBufferPointer<Int>
  private let level: ckernels_isa
  /// Elements of the result.
  let count: Int

  /// Prepares a reduction of `shape` over the dimensions in `axes`.
  init(
    _ reduce: ckernels_reduce, _ finish: ckernels_finish, _ type: ElementType, shape: Shape, axes: Set<Int>,
    level: ckernels_isa, source: UnsafeRawPointer, result: UnsafeMutableRawPointer
  ) {
    let loops = ReductionLoops(shape, axes)
    let lists = [loops.kept.extents, loops.kept.strides, loops.reduced.extents, loops.reduced.strides]
    numbers = .allocate(capacity: lists.reduce(0) { $0 + $1.count })
    _ = numbers.initialize(fromContentsOf: lists.flatMap { $0 })
    var contents = ckernels_reduction()
    contents.reduce = reduce
    contents.finish = finish
    contents.type = type.kernel
    contents.kept_rank = loops.kept.extents.count
    contents.reduced_rank = loops.reduced.extents.count
    if let base = numbers.baseAddress {
      let (kept, reduced) = (loops.kept.extents.count, loops.reduced.extents.count)
      contents.kept_extents = UnsafePointer(base)
      contents.kept_strides = UnsafePointer(base + kept)
      contents.reduced_extents = UnsafePointer(base + 2 * kept)
      contents.reduced_strides = UnsafePointer(base + 2 * kept + reduced)
    }
    contents.terms = loops.terms
    contents.src = source
    contents.dst = result
    count = loops.results
    self.level = level
    plan = .allocate(capacity: 1)
    plan.initialize(to: contents)
  }

  deinit {
    plan.deallocate()
    numbers.deallocate()
  }

  /// Bytes that the plan holds.
  var heldBytes: Int { MemoryLayout<ckernels_reduction>.stride + numbers.count * MemoryLayout<Int>.stride }

  /// Computes some of the results; whether the mean of no integers was asked for.
  func run(_ range: Range<Int>) -> Bool { ckernels_reduce_range(level, plan, range.lowerBound, range.upperBound) != 0 }
}

/// Few nested loops over kept and reduced dimensions: extents of 1 are left out, neighbours of one kind are joined.
struct ReductionLoops {
  /// Extents and element strides, outermost first.
  struct Nest {
    fileprivate(set) var extents: [Int] = []
    fileprivate(set) var strides: [Int] = []
  }

  private(set) var kept = Nest()
  private(set) var reduced = Nest()
  /// Elements for each result, and results.
  let terms: Int
  let results: Int

  init(_ shape: Shape, _ axes: Set<Int>) {
    terms = shape.dims.indices.reduce(1) { axes.contains($1) ? $0 * shape[$1] : $0 }
    results = shape.dims.indices.reduce(1) { axes.contains($1) ? $0 : $0 * shape[$1] }
    guard terms > 0, results > 0 else { return }
    var isLastReduced: Bool?
    for (dim, stride) in shape.strides.enumerated() where shape[dim] > 1 {
      let isReduced = axes.contains(dim)
      let path = isReduced ? \ReductionLoops.reduced : \ReductionLoops.kept
      if isLastReduced == isReduced {
        let last = self[keyPath: path].extents.count - 1
        self[keyPath: path].extents[last] *= shape[dim]
        self[keyPath: path].strides[last] = stride
      } else {
        self[keyPath: path].extents.append(shape[dim])
        self[keyPath: path].strides.append(stride)
      }
      isLastReduced = isReduced
    }
  }
}
