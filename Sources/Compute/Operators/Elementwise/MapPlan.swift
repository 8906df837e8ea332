import CKernels
import Tensors

/// A C function applied over broadcast operands, with everything that it reads in memory of its own.
final class MapPlan {
  private let plan: UnsafeMutablePointer<ckernels_map_plan>
  private let numbers: UnsafeMutableBufferPointer<Int>
  private let owned: AnyObject?
  /// Elements of the result.
  let count: Int

  /// One operand: what its elements are, and where.
  struct Source {
    let shape: Shape
    let elementBytes: Int
    let address: UnsafeRawPointer
  }

  /// Prepares `function` to compute a result of a shape to which all operands broadcast.
  ///
  /// - Parameter owned: keeps memory alive that an operand points to.
  init(
    _ function: @escaping ckernels_map, arguments: ckernels_map_arguments = ckernels_map_arguments(),
    _ sources: [Source], shape: Shape, elementBytes: Int, result: UnsafeMutableRawPointer,
    owning owned: AnyObject? = nil
  ) {
    precondition(sources.count <= 3)
    self.owned = owned
    count = shape.count
    let loops = BroadcastLoops(shape, sources.map(\.shape))
    numbers = .allocate(capacity: loops.extents.count * (1 + sources.count))
    _ = numbers.initialize(fromContentsOf: loops.extents + loops.strides.flatMap { $0 })
    var contents = ckernels_map_plan()
    contents.function = function
    contents.arguments = arguments
    contents.inputs = sources.count
    contents.rank = loops.extents.count
    contents.extents = UnsafePointer(numbers.baseAddress)
    contents.strides = numbers.baseAddress.map { UnsafePointer($0 + loops.extents.count) }
    contents.dst = result
    contents.dst_bytes = elementBytes
    let (first, second, third) = (sources.first, sources.dropFirst().first, sources.dropFirst(2).first)
    contents.src = (first?.address, second?.address, third?.address)
    contents.src_bytes = (first?.elementBytes ?? 0, second?.elementBytes ?? 0, third?.elementBytes ?? 0)
    plan = .allocate(capacity: 1)
    plan.initialize(to: contents)
  }

  deinit {
    plan.deallocate()
    numbers.deallocate()
  }

  /// Bytes that the plan holds.
  var heldBytes: Int { MemoryLayout<ckernels_map_plan>.stride + numbers.count * MemoryLayout<Int>.stride }

  /// Computes some of the result's elements; whether an integer was divided by zero.
  func run(_ range: Range<Int>) -> Bool { ckernels_map_range(plan, range.lowerBound, range.upperBound) != 0 }
}

/// Few nested loops over a broadcast result: extents of 1 are left out and dimensions that all operands walk through
/// without a jump are joined.
struct BroadcastLoops {
  /// Outermost first.
  private(set) var extents: [Int] = []
  /// For each operand the elements from one position of each loop to the next; 0 where it is repeated.
  private(set) var strides: [[Int]]

  init(_ result: Shape, _ operands: [Shape]) {
    strides = operands.map { _ in [] }
    guard result.count > 0 else { return }
    let dense = operands.map(\.strides)
    for dim in 0..<result.rank where result[dim] > 1 {
      let steps = operands.indices.map { index in
        let place = dim - (result.rank - operands[index].rank)
        return place < 0 || operands[index][place] == 1 ? 0 : dense[index][place]
      }
      let extent = result[dim]
      let continues = operands.indices.allSatisfy { strides[$0].last == steps[$0] * extent }
      if let outer = extents.last, continues {
        extents[extents.count - 1] = outer * extent
        for index in operands.indices { strides[index][extents.count - 1] = steps[index] }
      } else {
        extents.append(extent)
        for index in operands.indices { strides[index].append(steps[index]) }
      }
    }
  }
}

extension Computation {
  /// One map after the other over each share's elements; all results have the same number of elements.
  init(_ maps: [MapPlan], faults: RunFaults) {
    let count = maps.first?.count ?? 0
    self.init(isDivisible: true, heldBytes: maps.reduce(0) { $0 + $1.heldBytes }) { share in
      let range = share.elements(of: count)
      for index in 0..<maps.count where maps[index].run(range) { faults.report(.divisionByZero) }
    }
  }
}

extension WorkShare {
  /// This part's elements, in blocks so that threads write to cache lines of their own.
  func elements(of count: Int) -> Range<Int> {
    let block = 64
    let blocks = range(of: (count + block - 1) / block)
    return min(blocks.lowerBound * block, count)..<min(blocks.upperBound * block, count)
  }
}
