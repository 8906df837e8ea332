import CKernels
import ModelGraph
import Tensors

extension ElementType {
  /// The kernels' name of the type.
  var kernel: ckernels_element {
    switch self {
    case .float32: CKERNELS_F32
    case .float64: CKERNELS_F64
    case .float16: CKERNELS_F16
    case .bfloat16: CKERNELS_BF16
    case .int8: CKERNELS_S8
    case .int16: CKERNELS_S16
    case .int32: CKERNELS_S32
    case .int64: CKERNELS_S64
    case .uint8: CKERNELS_U8
    case .uint16: CKERNELS_U16
    case .uint32: CKERNELS_U32
    case .uint64: CKERNELS_U64
    case .bool: CKERNELS_BOOL
    }
  }
}

/// Groups of element types in the standard's type constraints. FP16 and BF16 are in none: the importer widens them.
enum ElementTypes {
  static let floats: Set<ElementType> = [.float32, .float64]
  static let signedIntegers: Set<ElementType> = [.int8, .int16, .int32, .int64]
  static let unsignedIntegers: Set<ElementType> = [.uint8, .uint16, .uint32, .uint64]
  static let integers = signedIntegers.union(unsignedIntegers)
  static let numbers = floats.union(integers)
}

extension Resources {
  /// Whether to compute the obvious way, in FP64 with libm: for the reference engine and for constants.
  ///
  /// An engine that brings a matrix product wants vectors even at the lowest instruction-set level.
  var isExact: Bool { isa == 0 && multiply == nil }

  /// The level as the kernels take it.
  var level: ckernels_isa { ckernels_isa(rawValue: isa) }
}

extension OperatorCall {
  /// Refuses an operand whose elements have a type outside a group.
  func check(_ type: ElementType, in allowed: Set<ElementType>) throws(OperatorError) {
    guard allowed.contains(type) else { throw .unsupported("\(op.name) of \(type.rawValue) elements is not supported") }
  }

  /// The one element type of operands that must have the same.
  func commonType(_ operands: [Operand]) throws(OperatorError) -> ElementType {
    guard let first = operands.first else { throw .invalid("input 0 is missing") }
    for operand in operands where operand.type.elementType != first.type.elementType {
      throw .invalid(
        "its inputs must have one element type and have \(first.type.elementType.rawValue)"
          + " and \(operand.type.elementType.rawValue)")
    }
    return first.type.elementType
  }

  /// The shape to which all operands broadcast as NumPy does.
  func broadcastShape(_ operands: [Operand]) throws(OperatorError) -> Shape {
    var result: Shape = []
    for operand in operands {
      guard let joined = result.broadcast(with: operand.type.shape) else {
        throw .invalid("its inputs' extents \(result.words) and \(operand.type.shape.words) do not broadcast")
      }
      result = joined
    }
    return result
  }

  /// All operands, of which none may be left out.
  func allInputs() throws(OperatorError) -> [Operand] {
    var operands: [Operand] = []
    for position in inputs.indices { operands.append(try required(position)) }
    return operands
  }

  /// A function of the library that there must be.
  func function(_ function: ckernels_map?, _ type: ElementType) throws(OperatorError) -> ckernels_map {
    guard let function else { throw .unsupported("\(op.name) of \(type.rawValue) elements is not supported") }
    return function
  }
}

extension Operand {
  /// The operand as a map reads it.
  func source() throws(OperatorError) -> MapPlan.Source {
    MapPlan.Source(shape: type.shape, elementBytes: type.elementType.byteCount, address: try memory())
  }
}

extension Shape {
  /// Extents for errors; a scalar is named.
  var words: String { rank == 0 ? "of a scalar" : description }
}
