import ModelGraph
import Tensors

/// OneHot: along a new axis, one value at each index and another value elsewhere.
///
/// Indices outside the depth give no such position, as the standard has it.
struct OneHotDefinition: OperatorDefinition {
  let names = ["OneHot"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let indices = try call.required(0).type
    guard reader(of: indices.elementType) != nil else {
      throw .unsupported("indices of \(indices.elementType.rawValue) are not supported")
    }
    let values = try call.required(2).type
    guard values.shape == [2] else { throw .invalid("the values must be two elements") }
    var dims = indices.shape.dims
    dims.insert(try depth(call), at: try axis(call))
    return [TensorType(values.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let output = try outputTypes(call)[0]
    let bytes = output.elementType.byteCount
    let axis = try axis(call)
    let depth = output.shape[axis]
    let inner = output.shape.dims[(axis + 1)...].reduce(1, *)
    let rows = output.shape.dims[..<axis].reduce(1, *) * depth
    guard let read = reader(of: try call.required(0).type.elementType) else {
      throw .unsupported("indices of this type are not supported")
    }
    let (indices, values, destination) = (try call.memory(0), try call.memory(2), outputs[0])
    return Computation(isDivisible: true) { share in
      for row in share.range(of: rows) {
        let (block, level) = row.quotientAndRemainder(dividingBy: depth)
        for column in 0..<inner {
          let index = read(indices, block * inner + column)
          let isOn = index == level || index == level - depth
          (destination + (row * inner + column) * bytes).copyMemory(from: values + (isOn ? bytes : 0), byteCount: bytes)
        }
      }
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    try call.axis(try call.int("axis") ?? -1, rank: try call.shape(0).rank + 1)
  }

  private func depth(_ call: OperatorCall) throws(OperatorError) -> Int {
    let operand = try call.required(1)
    guard operand.type.shape.count == 1 else { throw .invalid("the depth must be one number") }
    guard operand.hasValue, let address = operand.address else { throw .needsValue(of: 1) }
    guard let read = reader(of: operand.type.elementType) else {
      throw .unsupported("a depth of \(operand.type.elementType.rawValue) is not supported")
    }
    let depth = read(address, 0)
    guard depth > 0 else { throw .invalid("the depth is \(depth)") }
    return depth
  }

  /// Reads an element as an integer; numbers beyond 64 bits, which no depth reaches, become the least integer.
  private func reader(of type: ElementType) -> (@Sendable (UnsafeRawPointer, Int) -> Int)? {
    switch type {
    case .float32: { Int(exactly: $0.load(fromByteOffset: $1 * 4, as: Float.self).rounded(.towardZero)) ?? .min }
    case .float64: { Int(exactly: $0.load(fromByteOffset: $1 * 8, as: Double.self).rounded(.towardZero)) ?? .min }
    case .int8: { Int($0.load(fromByteOffset: $1, as: Int8.self)) }
    case .int16: { Int($0.load(fromByteOffset: $1 * 2, as: Int16.self)) }
    case .int32: { Int($0.load(fromByteOffset: $1 * 4, as: Int32.self)) }
    case .int64: { Int($0.load(fromByteOffset: $1 * 8, as: Int64.self)) }
    case .uint8: { Int($0.load(fromByteOffset: $1, as: UInt8.self)) }
    case .uint16: { Int($0.load(fromByteOffset: $1 * 2, as: UInt16.self)) }
    case .uint32: { Int($0.load(fromByteOffset: $1 * 4, as: UInt32.self)) }
    case .uint64: { Int(exactly: $0.load(fromByteOffset: $1 * 8, as: UInt64.self)) ?? .min }
    case .bool, .float16, .bfloat16: nil
    }
  }
}
