import ModelGraph
import Tensors

extension Operand {
  /// The memory, which there is whenever `prepare` is called.
  func memory() throws(OperatorError) -> UnsafeRawPointer {
    guard let address else { throw .invalid("an input has no memory") }
    return address
  }
}

extension OperatorCall {
  /// The memory of a required operand; for `prepare`.
  func memory(_ position: Int) throws(OperatorError) -> UnsafeRawPointer { try required(position).memory() }

  /// The only value of an integer operand, or nil where it was left out.
  func integer(_ position: Int) throws(OperatorError) -> Int? {
    guard let operand = input(position) else { return nil }
    guard operand.type.shape.count == 1 else { throw .invalid("input \(position) must hold one number") }
    return try integers(position)?.first
  }

  /// The values of a required integer operand that is a list.
  func integerList(_ position: Int) throws(OperatorError) -> [Int] {
    guard try required(position).type.shape.rank <= 1 else { throw .invalid("input \(position) must be a list") }
    return try integers(position) ?? []
  }

  /// A list that is an attribute before an opset, and an input from then on; nil where it was left out.
  func list(_ attribute: String, orInput position: Int, from opset: Int) throws(OperatorError) -> [Int]? {
    guard op.opset >= opset else { return try ints(attribute) }
    return input(position) == nil ? nil : try integerList(position)
  }

  /// Axes in 0 ..< rank, each at most once, from ones that may count from the end.
  func axes(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
    guard axes.count <= rank else { throw .invalid("\(axes.count) axes are named for \(rank) dimensions") }
    var isNamed = [Bool](repeating: false, count: rank)
    var result: [Int] = []
    for axis in axes {
      let axis = try self.axis(axis, rank: rank)
      guard !isNamed[axis] else { throw .invalid("axis \(axis) is named twice") }
      isNamed[axis] = true
      result.append(axis)
    }
    return result
  }

  /// A flag: an integer attribute that is 0, the default, or 1.
  func isOn(_ name: String) throws(OperatorError) -> Bool {
    switch try int(name) ?? 0 {
    case 0: return false
    case 1: return true
    case let other: throw .invalid("attribute \(name) must be 0 or 1 and is \(other)")
    }
  }

  /// The copy of the first input's elements, in their order, to the first output.
  func denseCopy(to outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try required(0).type
    return StridedCopy(elementBytes: type.elementType.byteCount, count: type.shape.count)
      .computation(from: try memory(0), to: outputs[0])
  }
}
