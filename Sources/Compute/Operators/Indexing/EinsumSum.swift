import Tensors

/// An equation as a plain loop nest: for each output element, the sum over all labels that the output does not have.
struct EinsumSum {
  private let output: (dims: [Int], labels: [Int])
  private let outer: (dims: [Int], labels: [Int])
  /// The innermost summed label; its extent is 1 where nothing is summed.
  private let inner: (extent: Int, label: Int?)
  /// For each operand its strides by label.
  private let strides: [[Int]]

  /// Plans the loop nest of an equation for operands of given shapes.
  init(_ equation: EinsumEquation, _ shapes: [Shape]) {
    let kept = Set(equation.output)
    let summed = equation.extents.indices.filter { !kept.contains($0) }
    output = (equation.output.map { equation.extents[$0] }, equation.output)
    outer = (summed.dropLast().map { equation.extents[$0] }, summed.dropLast())
    inner = (summed.last.map { equation.extents[$0] } ?? 1, summed.last)
    strides = shapes.indices.map { position in
      // A label that an operand repeats moves along its diagonal; one of extent 1 is broadcast.
      var strides = [Int](repeating: 0, count: equation.extents.count)
      let shape = shapes[position]
      for (axis, label) in equation.operands[position].enumerated() where shape[axis] > 1 {
        strides[label] += shape.strides[axis]
      }
      return strides
    }
  }

  /// The loop nest as a computation, with sums in `Total`.
  func computation<Number: WrappingNumber, Total: WrappingNumber>(
    _ operands: [UnsafePointer<Number>], _ destination: UnsafeMutablePointer<Number>,
    widen: @escaping (Number) -> Total, narrow: @escaping (Total) -> Number
  ) -> Computation {
    let nests = strides.map { strides in
      Nest(
        output: StridedWalk(extents: output.dims, strides: output.labels.map { strides[$0] }),
        outer: StridedWalk(extents: outer.dims, strides: outer.labels.map { strides[$0] }),
        inner: inner.label.map { strides[$0] } ?? 0)
    }
    let outputCount = output.dims.reduce(1, *)
    let outerCount = outer.dims.reduce(1, *)
    let innerCount = inner.extent
    return Computation(isDivisible: true) { share in
      for result in share.range(of: outputCount) {
        var total = Total.zero
        for term in 0..<outerCount {
          func start(_ operand: Int) -> UnsafePointer<Number> {
            operands[operand] + (nests[operand].output.offset(result) + nests[operand].outer.offset(term))
          }
          if operands.count == 2 {
            let (a, b, strideA, strideB) = (start(0), start(1), nests[0].inner, nests[1].inner)
            for index in 0..<innerCount {
              total = total.sum(widen(a[index &* strideA]).product(widen(b[index &* strideB])))
            }
          } else {
            for index in 0..<innerCount {
              var product = widen(start(0)[index * nests[0].inner])
              for operand in operands.indices.dropFirst() {
                product = product.product(widen(start(operand)[index * nests[operand].inner]))
              }
              total = total.sum(product)
            }
          }
        }
        destination[result] = narrow(total)
      }
    }
  }

  /// One operand in the three parts of the loop nest.
  private struct Nest {
    let output: StridedWalk
    let outer: StridedWalk
    let inner: Int
  }
}
