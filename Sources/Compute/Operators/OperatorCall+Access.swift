import ModelGraph
import Tensors

extension OperatorCall {
  // MARK: Operands

  /// The operand at a position of the standard's list, or nil where it was left out.
  public func input(_ position: Int) -> Operand? { position < inputs.count ? inputs[position] : nil }

  /// The operand at a position that the standard requires.
  public func required(_ position: Int) throws(OperatorError) -> Operand {
    guard let operand = input(position) else { throw .invalid("input \(position) is missing") }
    return operand
  }

  /// The shape of a required operand.
  public func shape(_ position: Int) throws(OperatorError) -> Shape { try required(position).type.shape }

  /// The values of an integer operand as Swift integers, or nil where it was left out.
  ///
  /// - Throws: ``OperatorError/needsValue(of:)`` where the operand is there and its values are not.
  public func integers(_ position: Int) throws(OperatorError) -> [Int]? {
    guard let operand = input(position) else { return nil }
    guard operand.hasValue, let address = operand.address else { throw .needsValue(of: position) }
    let count = operand.type.shape.count
    switch operand.type.elementType {
    case .int64: return (0..<count).map { Int(address.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    case .int32: return (0..<count).map { Int(address.load(fromByteOffset: $0 * 4, as: Int32.self)) }
    default: throw .invalid("input \(position) must hold integers and holds \(operand.type.elementType.rawValue)")
    }
  }

  /// The values of a float operand, or nil where it was left out.
  ///
  /// - Throws: ``OperatorError/needsValue(of:)`` where the operand is there and its values are not.
  public func floats(_ position: Int) throws(OperatorError) -> [Float]? {
    guard let operand = input(position) else { return nil }
    guard operand.hasValue, let address = operand.address else { throw .needsValue(of: position) }
    let count = operand.type.shape.count
    switch operand.type.elementType {
    case .float32: return (0..<count).map { address.load(fromByteOffset: $0 * 4, as: Float.self) }
    case .float64: return (0..<count).map { Float(address.load(fromByteOffset: $0 * 8, as: Double.self)) }
    default: throw .invalid("input \(position) must hold floats and holds \(operand.type.elementType.rawValue)")
    }
  }

  // MARK: Attributes

  /// An integer attribute.
  public func int(_ name: String) throws(OperatorError) -> Int? {
    switch op.attributes[name] {
    case nil: return nil
    case .int(let value): return value
    default: throw .invalid("attribute \(name) must be an integer")
    }
  }

  /// A list of integers as attribute.
  public func ints(_ name: String) throws(OperatorError) -> [Int]? {
    switch op.attributes[name] {
    case nil: return nil
    case .ints(let values): return values
    case .int(let value): return [value]
    default: throw .invalid("attribute \(name) must be a list of integers")
    }
  }

  /// A float attribute.
  public func float(_ name: String) throws(OperatorError) -> Float? {
    switch op.attributes[name] {
    case nil: return nil
    case .float(let value): return value
    case .int(let value): return Float(value)
    default: throw .invalid("attribute \(name) must be a number")
    }
  }

  /// A list of floats as attribute.
  public func floats(_ name: String) throws(OperatorError) -> [Float]? {
    switch op.attributes[name] {
    case nil: return nil
    case .floats(let values): return values
    default: throw .invalid("attribute \(name) must be a list of numbers")
    }
  }

  /// A text attribute.
  public func string(_ name: String) throws(OperatorError) -> String? {
    switch op.attributes[name] {
    case nil: return nil
    case .string(let value): return value
    default: throw .invalid("attribute \(name) must be a text")
    }
  }

  /// An element type as attribute, by its number in `TensorProto.DataType`.
  func elementType(_ name: String) throws(OperatorError) -> ElementType? {
    guard let code = try int(name) else { return nil }
    guard let type = Int32(exactly: code).flatMap(ElementType.init(onnxDataType:)) else {
      throw .unsupported("\(op.name) to ONNX type \(code) is not supported")
    }
    return type
  }

  /// An axis in 0 ..< rank from one that may count from the end; -rank ... rank - 1 are valid.
  public func axis(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
    guard axis >= -rank, axis < rank else { throw .invalid("axis \(axis) lies outside the \(rank) dimensions") }
    return axis < 0 ? axis + rank : axis
  }

  /// A shape from computed extents.
  public func shape(checking dims: [Int]) throws(OperatorError) -> Shape {
    guard let shape = Shape(checking: dims) else {
      throw .invalid("its result would have the extents \(dims.prefix(8)), which are not a valid shape")
    }
    return shape
  }
}
