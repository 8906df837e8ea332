import ModelGraph
import Tensors

/// Einsum: sums of products of elements that share labels.
///
/// Two FP32 operands whose labels form a batched matrix product are given to the engine's product; everything else is a
/// plain loop nest, with FP64 sums for floats.
struct EinsumDefinition: OperatorDefinition {
  let names = ["Einsum"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let first = try call.required(0).type.elementType
    try first.withNumber { (_) throws(OperatorError) in }
    for position in call.inputs.indices {
      guard try call.required(position).type.elementType == first else {
        throw .invalid("input \(position) is not \(first.rawValue) as input 0 is")
      }
    }
    let equation = try equation(call)
    return [TensorType(first, try call.shape(checking: equation.output.map { equation.extents[$0] }))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let equation = try equation(call)
    guard type.shape.count > 0 else { return Computation(isDivisible: true) { _ in } }
    var shapes: [Shape] = []
    for position in call.inputs.indices { shapes.append(try call.shape(position)) }
    if type.elementType == .float32, let multiply = call.resources.multiply,
      let product = EinsumProduct(equation, shapes)
    {
      return try product.computation(
        try call.memory(0, as: Float.self), try call.memory(1, as: Float.self),
        outputs[0].assumingMemoryBound(to: Float.self), multiply, shareCount: call.resources.shareCount)
    }
    let sum = EinsumSum(equation, shapes)
    switch type.elementType {
    case .float32:
      return sum.computation(
        try operands(call, Float.self), outputs[0].assumingMemoryBound(to: Float.self), widen: { Double($0) },
        narrow: { Float($0) })
    default:
      return try type.elementType.withNumber { (number) throws(OperatorError) in
        try plain(number, call, sum, outputs[0])
      }
    }
  }

  private func equation(_ call: OperatorCall) throws(OperatorError) -> EinsumEquation {
    guard let text = try call.string("equation"), text.utf8.count <= 4096 else {
      throw .invalid("the attribute equation is missing or too long")
    }
    var dims: [[Int]] = []
    for position in call.inputs.indices { dims.append(try call.shape(position).dims) }
    let equation = try EinsumEquation(text, dims: dims)
    // The whole loop nest must be a valid shape too: its extents are multiplied.
    let terms = try call.shape(checking: equation.extents).count
    // Few elements can have any number of products, which would take longer than anyone waits; 2^28 take seconds. A
    // product of matrices has at most the square root of the product of the three sizes (Loomis and Whitney), thus less
    // than this.
    let elements = dims.reduce(equation.output.reduce(1.0) { $0 * Double(equation.extents[$1]) }) { sum, dims in
      sum + dims.reduce(1.0) { $0 * Double($1) }
    }
    guard Double(terms) <= max(0x1p28, elements * elements.squareRoot()) else {
      throw .unsupported("the equation \(text) has \(terms) products of so few elements")
    }
    return equation
  }

  private func operands<Number>(
    _ call: OperatorCall, _: Number.Type
  ) throws(OperatorError) -> [UnsafePointer<Number>] {
    var operands: [UnsafePointer<Number>] = []
    for position in call.inputs.indices {
      operands.append(try call.memory(position, as: Number.self))
    }
    return operands
  }

  private func plain<Number: WrappingNumber>(
    _: Number.Type, _ call: OperatorCall, _ sum: EinsumSum, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    sum.computation(
      try operands(call, Number.self), output.assumingMemoryBound(to: Number.self), widen: { $0 }, narrow: { $0 })
  }
}
