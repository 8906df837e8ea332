import ModelGraph
import Tensors

extension OperatorCall {
  /// The common element type of the operands at these positions that are there; it must be one of `allowed`.
  func elementType(of positions: [Int], among allowed: [ElementType]) throws(OperatorError) -> ElementType {
    let first = try required(positions[0]).type.elementType
    for position in positions {
      guard let type = input(position)?.type.elementType else { continue }
      guard allowed.contains(type) else { throw .unsupported("input \(position) of type \(type.rawValue)") }
      guard type == first else {
        throw .invalid("input \(position) is \(type.rawValue) and input \(positions[0]) is \(first.rawValue)")
      }
    }
    return first
  }

  /// The memory of a required operand; for `prepare`.
  func memory<Element>(_ position: Int, as _: Element.Type) throws(OperatorError) -> UnsafePointer<Element> {
    try memory(position).assumingMemoryBound(to: Element.self)
  }

  /// The memory of an operand, nil where it was left out.
  func optionalMemory<Element>(_ position: Int, as _: Element.Type) -> UnsafePointer<Element>? {
    input(position)?.address?.assumingMemoryBound(to: Element.self)
  }

  /// Expects an operand, if it is there, to have exactly this shape.
  func expectShape(_ position: Int, _ shape: [Int]) throws(OperatorError) {
    guard let found = input(position)?.type.shape, found.dims != shape else { return }
    throw .invalid("input \(position) has the extents \(found) instead of \(Shape(shape))")
  }

  /// Expects that no more than `limit` outputs are asked for.
  func expectOutputs(atMost limit: Int) throws(OperatorError) {
    guard outputCount <= limit else { throw .invalid("it has \(outputCount) outputs; at most \(limit) are possible") }
  }
}
