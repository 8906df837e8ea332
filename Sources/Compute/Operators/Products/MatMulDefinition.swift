import CKernels
import ModelGraph
import Tensors

/// `MatMul`: NumPy's matrix product.
struct MatMulDefinition: OperatorDefinition {
  let names = ["MatMul"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1], among: [.float32, .float64, .int32, .int64, .uint32, .uint64])
    try call.expectOutputs(atMost: 1)
    _ = try call.required(1)
    return [TensorType(type, try call.shape(checking: BatchedProduct(call.shape(0), call.shape(1)).result))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    switch try call.required(0).type.elementType {
    case .float32:
      let shape = try BatchedProduct(call.shape(0), call.shape(1))
      let multiply = call.product
      return try tiles(call, outputs[0], of: Float.self) { a, b, c, m, n, columns in
        multiply(a, shape.k, false, b, columns, false, c, columns, m, n, shape.k, false)
      }
    case .float64: return try plain(call, outputs[0], ckernels_product_f64)
    case .int32, .uint32: return try plain(call, outputs[0], ckernels_product_u32)
    default: return try plain(call, outputs[0], ckernels_product_u64)
    }
  }

  private typealias Kernel<Element> = (
    UnsafePointer<Element>?, Int, Int, UnsafePointer<Element>?, Int, Int, UnsafeMutablePointer<Element>?, Int, Int, Int,
    Int, Int32
  ) -> Void

  private func plain<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let depth = try BatchedProduct(call.shape(0), call.shape(1)).k
    return try tiles(call, output, of: Element.self) { a, b, c, m, n, columns in
      kernel(a, depth, 1, b, columns, 1, c, columns, m, n, depth, 0)
    }
  }

  /// Calls `body` with the operands and extents of each tile, and the columns of the whole second operand.
  private func tiles<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, of _: Element.Type,
    _ body:
      @escaping (
        UnsafePointer<Element>, UnsafePointer<Element>, UnsafeMutablePointer<Element>, _ m: Int, _ n: Int,
        _ columns: Int
      ) -> Void
  ) throws(OperatorError) -> Computation {
    let shape = try BatchedProduct(call.shape(0), call.shape(1))
    let (a, b) = (try call.memory(0, as: Element.self), try call.memory(1, as: Element.self))
    let c = output.assumingMemoryBound(to: Element.self)
    let tiling = Tiling(
      products: shape.count, rows: shape.rows, columns: shape.n, shares: call.resources.shareCount)
    return Computation(isDivisible: true) { share in
      for index in share.range(of: tiling.count) {
        let (product, rows, columns) = tiling.tile(index)
        let matrix = shape.matrices(product)
        body(
          a + (matrix.a * shape.m + rows.lowerBound) * shape.k, b + matrix.b * shape.k * shape.n + columns.lowerBound,
          c + (product * shape.rows + rows.lowerBound) * shape.n + columns.lowerBound, rows.count, columns.count,
          shape.n)
      }
    }
  }
}
