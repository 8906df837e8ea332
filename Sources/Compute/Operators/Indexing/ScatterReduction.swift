import ModelGraph
import Tensors

/// How ScatterElements and ScatterND join an update with the element that it meets.
enum ScatterReduction: String {
  case none, add, mul, max, min

  /// The choice of a call: from opset 16 on, the greatest and the smallest from 18 on.
  init(_ call: OperatorCall) throws(OperatorError) {
    self = .none
    guard call.op.opset >= 16, let name = try call.string("reduction") else { return }
    guard let found = Self(rawValue: name), call.op.opset >= 18 || (found != .max && found != .min) else {
      throw .invalid("attribute reduction is \(name)")
    }
    self = found
  }

  /// Refuses element types that cannot be joined.
  func check(_ type: ElementType) throws(OperatorError) {
    if self != .none { try type.withNumber { (_) throws(OperatorError) in } }
  }

  /// Calls a generic function with the Swift type to join elements of; without a reduction they are only moved, as words of
  /// their size, whatever they mean.
  func withNumber<Result>(
    _ type: ElementType, _ body: (any WrappingNumber.Type) throws(OperatorError) -> Result
  ) throws(OperatorError) -> Result {
    guard self == .none else { return try type.withNumber(body) }
    switch type.byteCount {
    case 1: return try body(UInt8.self)
    case 2: return try body(UInt16.self)
    case 4: return try body(UInt32.self)
    default: return try body(UInt64.self)
    }
  }

  /// Joins an update with an element.
  @inline(__always)
  func apply<Number: WrappingNumber>(_ element: Number, _ update: Number) -> Number {
    switch self {
    case .none: update
    case .add: element.sum(update)
    case .mul: element.product(update)
    case .max: element.greater(update)
    case .min: element.smaller(update)
    }
  }
}
