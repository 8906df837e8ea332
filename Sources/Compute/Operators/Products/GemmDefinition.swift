import CKernels
import ModelGraph
import Tensors

/// `Gemm`: alpha * a (m, k) * b (k, n) + beta * c, where either operand may be stored transposed and c broadcasts to
/// (m, n).
struct GemmDefinition: OperatorDefinition {
  let names = ["Gemm"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2], among: [.float32, .float64, .int32, .int64, .uint32, .uint64])
    try call.expectOutputs(atMost: 1)
    let extents = try Extents(call)
    if !type.isFloatingPoint { _ = (try extents.whole("alpha"), try extents.whole("beta")) }
    return [TensorType(type, try call.shape(checking: [extents.m, extents.n]))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let extents = try Extents(call)
    switch try call.required(0).type.elementType {
    case .float32:
      let multiply = call.product
      let (alpha, beta) = (Double(extents.alpha), Double(extents.beta))
      return try tiles(call, extents, outputs[0]) { a, b, c, m, n in
        multiply(
          a, extents.strideA, extents.transposesA, b, extents.strideB, extents.transposesB, c, extents.n, m, n,
          extents.k, false)
      } finish: {
        ckernels_scale_add_f32($0, $1, $2, $3, alpha, beta, $4, $5, $6)
      }
    case .float64:
      let (alpha, beta) = (Double(extents.alpha), Double(extents.beta))
      return try plain(call, extents, outputs[0], ckernels_product_f64) {
        ckernels_scale_add_f64($0, $1, $2, $3, alpha, beta, $4, $5, $6)
      }
    case .int32, .uint32:
      let (alpha, beta) = (try extents.whole("alpha"), try extents.whole("beta"))
      return try plain(call, extents, outputs[0], ckernels_product_u32) {
        ckernels_scale_add_u32(
          $0, $1, $2, $3, UInt32(truncatingIfNeeded: alpha), UInt32(truncatingIfNeeded: beta), $4, $5, $6)
      }
    default:
      let (alpha, beta) = (try extents.whole("alpha"), try extents.whole("beta"))
      return try plain(call, extents, outputs[0], ckernels_product_u64) {
        ckernels_scale_add_u64(
          $0, $1, $2, $3, UInt64(truncatingIfNeeded: alpha), UInt64(truncatingIfNeeded: beta), $4, $5, $6)
      }
    }
  }

  private typealias Kernel<Element> = (
    UnsafePointer<Element>?, Int, Int, UnsafePointer<Element>?, Int, Int, UnsafeMutablePointer<Element>?, Int, Int, Int,
    Int, Int32
  ) -> Void
  private typealias Finish<Element> = (
    UnsafeMutablePointer<Element>, Int, Int, Int, UnsafePointer<Element>?, Int, Int
  ) -> Void

  private func plain<Element>(
    _ call: OperatorCall, _ extents: Extents, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>,
    finish: @escaping Finish<Element>
  ) throws(OperatorError) -> Computation {
    let stepsA = extents.transposesA ? (1, extents.strideA) : (extents.strideA, 1)
    let stepsB = extents.transposesB ? (1, extents.strideB) : (extents.strideB, 1)
    let multiply = { (a: UnsafePointer<Element>, b: UnsafePointer<Element>, c: UnsafeMutablePointer<Element>, m, n) in
      kernel(a, stepsA.0, stepsA.1, b, stepsB.0, stepsB.1, c, extents.n, m, n, extents.k, 0)
    }
    return try tiles(call, extents, output, multiply, finish: finish)
  }

  private func tiles<Element>(
    _ call: OperatorCall, _ extents: Extents, _ output: UnsafeMutableRawPointer,
    _ multiply:
      @escaping (
        UnsafePointer<Element>, UnsafePointer<Element>, UnsafeMutablePointer<Element>, _ m: Int, _ n: Int
      ) -> Void, finish: @escaping Finish<Element>
  ) throws(OperatorError) -> Computation {
    let (a, b) = (try call.memory(0, as: Element.self), try call.memory(1, as: Element.self))
    let addend = extents.beta == 0 ? nil : call.optionalMemory(2, as: Element.self)
    let y = output.assumingMemoryBound(to: Element.self)
    let tiling = Tiling(products: 1, rows: extents.m, columns: extents.n, shares: call.resources.shareCount)
    let isFinal = addend == nil && extents.alpha == 1
    return Computation(isDivisible: true) { share in
      for index in share.range(of: tiling.count) {
        let (_, rows, columns) = tiling.tile(index)
        let (row, column) = (rows.lowerBound, columns.lowerBound)
        let target = y + row * extents.n + column
        multiply(
          a + row * (extents.transposesA ? 1 : extents.strideA),
          b + column * (extents.transposesB ? extents.strideB : 1), target, rows.count, columns.count)
        guard !isFinal else { continue }
        let (stepRow, stepColumn) = extents.addendSteps
        finish(
          target, extents.n, rows.count, columns.count, addend.map { $0 + row * stepRow + column * stepColumn },
          stepRow, stepColumn)
      }
    }
  }

  /// A call's extents and factors, checked.
  private struct Extents {
    let m: Int
    let n: Int
    let k: Int
    let strideA: Int
    let strideB: Int
    let transposesA: Bool
    let transposesB: Bool
    let alpha: Float
    let beta: Float
    /// Elements from one row and one column of c to the next; 0 where it is repeated.
    let addendSteps: (Int, Int)

    init(_ call: OperatorCall) throws(OperatorError) {
      let (a, b) = (try call.shape(0), try call.shape(1))
      (transposesA, transposesB) = (try call.isOn("transA"), try call.isOn("transB"))
      (alpha, beta) = (try call.float("alpha") ?? 1, try call.float("beta") ?? 1)
      guard a.rank == 2, b.rank == 2 else { throw .invalid("its operands must be matrices") }
      (m, k) = transposesA ? (a[1], a[0]) : (a[0], a[1])
      n = transposesB ? b[0] : b[1]
      (strideA, strideB) = (a[1], b[1])
      guard k == (transposesB ? b[1] : b[0]) else {
        throw .invalid("its operands of the extents \(a) and \(b) do not fit")
      }
      guard let c = call.input(2)?.type.shape else {
        addendSteps = (0, 0)
        return
      }
      let (rows, columns) = (c.rank < 2 ? 1 : c[0], c.rank < 1 ? 1 : c[-1])
      guard c.rank <= 2, rows == 1 || rows == m, columns == 1 || columns == n else {
        throw .invalid("its third operand of the extents \(c) does not broadcast to \(m)x\(n)")
      }
      addendSteps = (rows == 1 ? 0 : columns, columns == 1 ? 0 : 1)
    }

    /// A factor of integers.
    func whole(_ name: String) throws(OperatorError) -> Int64 {
      let value = name == "alpha" ? alpha : beta
      guard let whole = Int64(exactly: value) else { throw .unsupported("\(name) \(value) with integers") }
      return whole
    }
  }
}
