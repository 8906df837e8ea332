import ModelGraph
import Tensors

/// TopK: the k greatest or smallest elements along an axis, with their positions; of equal ones the first.
///
/// NaN counts as greater than all numbers. The results are always sorted.
struct TopKDefinition: OperatorDefinition {
  let names = ["TopK"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    try input.elementType.withNumber { (_) throws(OperatorError) in }
    guard call.outputCount <= 2 else { throw .invalid("TopK has two outputs") }
    var dims = input.shape.dims
    let axis = try axis(call)
    let given = call.op.opset >= 10 ? try call.integer(1) : try call.int("k")
    guard let k = given else { throw .invalid("k is missing") }
    guard k >= 0, k <= dims[axis] else { throw .invalid("k is \(k) of \(dims[axis]) elements") }
    dims[axis] = k
    let shape = try call.shape(checking: dims)
    let types = [TensorType(input.elementType, shape), TensorType(.int64, shape)]
    return Array(types.prefix(max(call.outputCount, 1)))
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try call.required(0).type.elementType.withNumber { (number) throws(OperatorError) in
      try select(number, call, outputs)
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    try call.axis(try call.int("axis") ?? -1, rank: try call.shape(0).rank)
  }

  private func select<Number: WrappingNumber>(
    _: Number.Type, _ call: OperatorCall, _ outputs: [UnsafeMutableRawPointer]
  ) throws(OperatorError) -> Computation {
    let shape = try call.shape(0)
    let axis = try axis(call)
    let k = try outputTypes(call)[0].shape[axis]
    let isLargest = call.op.opset >= 11 ? try call.int("largest") ?? 1 != 0 : true
    let extent = shape[axis]
    let inner = shape.dims[(axis + 1)...].reduce(1, *)
    let lines = shape.dims[..<axis].reduce(1, *) * inner
    let source = try call.memory(0, as: Number.self)
    let values = outputs[0].assumingMemoryBound(to: Number.self)
    let positions = outputs.count > 1 ? outputs[1].assumingMemoryBound(to: Int64.self) : nil
    let scratch = try Scratch(bytesPerPart: k * MemoryLayout<Int>.stride, parts: call.resources.shareCount)
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      guard k > 0 else { return }
      let heap = scratch.part(share.index).assumingMemoryBound(to: Int.self)
      for line in share.range(of: lines) {
        let (block, column) = line.quotientAndRemainder(dividingBy: inner)
        let ranking = Ranking(
          line: source + (block * extent * inner + column), stride: inner, isLargest: isLargest, heap: heap)
        ranking.fill(k, of: extent)
        for rank in 0..<k {
          let target = (block * k + rank) * inner + column
          values[target] = ranking.line[heap[rank] * inner]
          positions?[target] = Int64(heap[rank])
        }
      }
    }
  }

  /// A heap of the best positions of one line, the worst of them at the root.
  private struct Ranking<Number: WrappingNumber> {
    let line: UnsafePointer<Number>
    let stride: Int
    let isLargest: Bool
    let heap: UnsafeMutablePointer<Int>

    /// Whether the element at `a` ranks before the one at `b`.
    @inline(__always)
    func precedes(_ a: Int, _ b: Int) -> Bool {
      let (x, y) = (line[a &* stride], line[b &* stride])
      if x > y || (x != x && y == y) { return isLargest }
      if x < y || (y != y && x == x) { return !isLargest }
      return a < b
    }

    /// Puts the best `k` of `extent` positions into the heap, best first.
    func fill(_ k: Int, of extent: Int) {
      for position in 0..<k { heap[position] = position }
      for root in (0..<(k / 2)).reversed() { sink(root, k) }
      for position in k..<extent where precedes(position, heap[0]) {
        heap[0] = position
        sink(0, k)
      }
      for last in (1..<k).reversed() {
        (heap[0], heap[last]) = (heap[last], heap[0])
        sink(0, last)
      }
    }

    private func sink(_ start: Int, _ count: Int) {
      var node = start
      while true {
        var child = 2 * node + 1
        guard child < count else { return }
        if child + 1 < count && precedes(heap[child], heap[child + 1]) { child += 1 }
        guard precedes(heap[node], heap[child]) else { return }
        (heap[node], heap[child]) = (heap[child], heap[node])
        node = child
      }
    }
  }
}
