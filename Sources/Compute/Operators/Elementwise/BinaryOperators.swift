import CKernels
import ModelGraph
import Tensors

/// The operators of two broadcast inputs of one element type: arithmetic, remainders, logic, bits, comparisons, PRelu.
struct BinaryOperators: OperatorDefinition {
  /// One operator: its function and the element types it takes.
  struct Entry {
    let function: ckernels_binary
    let types: Set<ElementType>
    /// Whether the result is bool instead of the inputs' type.
    var isTest = false
  }

  private static let entries: [String: Entry] = {
    let numbers = ElementTypes.numbers
    return [
      "Add": Entry(function: CKERNELS_ADD, types: numbers),
      "Sub": Entry(function: CKERNELS_SUB, types: numbers),
      "Mul": Entry(function: CKERNELS_MUL, types: numbers),
      "Div": Entry(function: CKERNELS_DIV, types: numbers),
      "Mod": Entry(function: CKERNELS_MOD, types: numbers),
      "PRelu": Entry(function: CKERNELS_PRELU, types: numbers),
      "And": Entry(function: CKERNELS_AND, types: [.bool]),
      "Or": Entry(function: CKERNELS_OR, types: [.bool]),
      "Xor": Entry(function: CKERNELS_XOR, types: [.bool]),
      "BitwiseAnd": Entry(function: CKERNELS_AND, types: ElementTypes.integers),
      "BitwiseOr": Entry(function: CKERNELS_OR, types: ElementTypes.integers),
      "BitwiseXor": Entry(function: CKERNELS_XOR, types: ElementTypes.integers),
      "BitShift": Entry(function: CKERNELS_SHIFT_LEFT, types: ElementTypes.integers),
      "Equal": Entry(function: CKERNELS_EQUAL, types: numbers.union([.bool]), isTest: true),
      "Less": Entry(function: CKERNELS_LESS, types: numbers, isTest: true),
      "LessOrEqual": Entry(function: CKERNELS_LESS_OR_EQUAL, types: numbers, isTest: true),
      "Greater": Entry(function: CKERNELS_GREATER, types: numbers, isTest: true),
      "GreaterOrEqual": Entry(function: CKERNELS_GREATER_OR_EQUAL, types: numbers, isTest: true),
    ]
  }()

  var names: [String] { Self.entries.keys.sorted() }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let operands = [try call.required(0), try call.required(1)]
    let entry = try entry(of: call)
    let type = try call.commonType(operands)
    try call.check(type, in: entry.types)
    _ = try function(of: call, entry)
    let shape = try call.broadcastShape(operands)
    if call.op.name == "PRelu", shape != operands[0].type.shape {
      throw .invalid(
        "its slope's extents \(operands[1].type.shape.words) do not broadcast to the input's"
          + " \(operands[0].type.shape.words)")
    }
    return [TensorType(entry.isTest ? .bool : type, shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let (left, right) = (try call.required(0), try call.required(1))
    let map = try call.function(
      ckernels_binary_map(
        try function(of: call, try entry(of: call)), left.type.elementType.kernel, call.resources.level),
      left.type.elementType)
    let plan = MapPlan(
      map, [try left.source(), try right.source()], shape: type.shape, elementBytes: type.elementType.byteCount,
      result: outputs[0])
    return Computation([plan], faults: call.resources.faults)
  }

  private func entry(of call: OperatorCall) throws(OperatorError) -> Entry {
    guard let entry = Self.entries[call.op.name] else { throw .unsupported("\(call.op.name) is not elementwise") }
    return entry
  }

  private func function(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> ckernels_binary {
    switch call.op.name {
    case "Mod": return try call.int("fmod") ?? 0 != 0 ? CKERNELS_FMOD : CKERNELS_MOD
    case "BitShift":
      switch try call.string("direction") {
      case "LEFT": return CKERNELS_SHIFT_LEFT
      case "RIGHT": return CKERNELS_SHIFT_RIGHT
      default: throw .invalid("attribute direction must be LEFT or RIGHT")
      }
    default: return entry.function
    }
  }
}
