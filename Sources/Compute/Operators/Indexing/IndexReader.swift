import ModelGraph
import Tensors

/// Reads the indices of an operand of 32- or 64-bit integers while a computation runs.
struct IndexReader {
  private let address: UnsafeRawPointer
  private let isWide: Bool

  /// The indices of a required operand.
  init(_ call: OperatorCall, _ position: Int) throws(OperatorError) {
    isWide = try Self.check(call, position) == .int64
    address = try call.memory(position)
  }

  /// The index at a position as the operand holds it.
  @inline(__always)
  subscript(_ position: Int) -> Int {
    isWide
      ? Int(address.load(fromByteOffset: position &* 8, as: Int64.self))
      : Int(address.load(fromByteOffset: position &* 4, as: Int32.self))
  }

  /// The index at a position within `extent`, or nil where it lies outside; a negative one counts from the end.
  @inline(__always)
  func index(_ position: Int, below extent: Int) -> Int? {
    let index = self[position]
    let resolved = index < 0 ? index &+ extent : index
    return resolved >= 0 && resolved < extent ? resolved : nil
  }

  /// Refuses an operand that cannot hold indices, before it has memory; its element type.
  @discardableResult
  static func check(_ call: OperatorCall, _ position: Int) throws(OperatorError) -> ElementType {
    let type = try call.required(position).type.elementType
    guard type == .int64 || type == .int32 else {
      throw .invalid("input \(position) must hold indices and holds \(type.rawValue)")
    }
    return type
  }
}
