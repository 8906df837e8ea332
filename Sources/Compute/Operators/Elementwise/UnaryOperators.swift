import CKernels
import ModelGraph
import Tensors

/// The operators that compute each element of their result from one element of their only input.
struct UnaryOperators: OperatorDefinition {
  /// One operator: its function and the element types it takes.
  struct Entry {
    let function: ckernels_unary
    let types: Set<ElementType>
    /// The attributes that become the function's alpha, beta and gamma, with the standard's defaults.
    var attributes: [(name: String, standard: Float)] = []
    /// The result's element type where it is not the input's.
    var result: ElementType?
  }

  private static let entries: [String: Entry] = {
    let floats = ElementTypes.floats
    let signed = floats.union(ElementTypes.signedIntegers)
    var entries: [String: Entry] = [
      "Abs": Entry(function: CKERNELS_ABS, types: ElementTypes.numbers),
      "Neg": Entry(function: CKERNELS_NEG, types: signed),
      "Sign": Entry(function: CKERNELS_SIGN, types: ElementTypes.numbers),
      "Relu": Entry(function: CKERNELS_RELU, types: ElementTypes.numbers),
      "Not": Entry(function: CKERNELS_NOT, types: [.bool]),
      "BitwiseNot": Entry(function: CKERNELS_NOT, types: ElementTypes.integers),
      "IsNaN": Entry(function: CKERNELS_IS_NAN, types: floats, result: .bool),
      "IsInf": Entry(
        function: CKERNELS_IS_INF, types: floats, attributes: [("detect_positive", 1), ("detect_negative", 1)],
        result: .bool),
      "LeakyRelu": Entry(function: CKERNELS_LEAKY_RELU, types: floats, attributes: [("alpha", 0.01)]),
      "Elu": Entry(function: CKERNELS_ELU, types: floats, attributes: [("alpha", 1)]),
      "Celu": Entry(function: CKERNELS_CELU, types: floats, attributes: [("alpha", 1)]),
      "Selu": Entry(
        function: CKERNELS_SELU, types: floats,
        attributes: [("alpha", 1.67326319217681884765625), ("", 0), ("gamma", 1.05070102214813232421875)]),
      "HardSigmoid": Entry(
        function: CKERNELS_HARD_SIGMOID, types: floats, attributes: [("alpha", 0.2), ("beta", 0.5)]),
      "ThresholdedRelu": Entry(function: CKERNELS_THRESHOLDED_RELU, types: floats, attributes: [("alpha", 1)]),
      "Swish": Entry(function: CKERNELS_SWISH, types: floats, attributes: [("alpha", 1)]),
      "Shrink": Entry(function: CKERNELS_SHRINK, types: floats, attributes: [("lambd", 0.5), ("bias", 0)]),
    ]
    let plain: [(String, ckernels_unary)] = [
      ("Floor", CKERNELS_FLOOR), ("Ceil", CKERNELS_CEIL), ("Round", CKERNELS_ROUND), ("Sqrt", CKERNELS_SQRT),
      ("Reciprocal", CKERNELS_RECIPROCAL), ("Exp", CKERNELS_EXP), ("Log", CKERNELS_LOG), ("Erf", CKERNELS_ERF),
      ("Tanh", CKERNELS_TANH), ("Sigmoid", CKERNELS_SIGMOID), ("Sin", CKERNELS_SIN), ("Cos", CKERNELS_COS),
      ("Tan", CKERNELS_TAN), ("Asin", CKERNELS_ASIN), ("Acos", CKERNELS_ACOS), ("Atan", CKERNELS_ATAN),
      ("Sinh", CKERNELS_SINH), ("Cosh", CKERNELS_COSH), ("Asinh", CKERNELS_ASINH), ("Acosh", CKERNELS_ACOSH),
      ("Atanh", CKERNELS_ATANH), ("Gelu", CKERNELS_GELU), ("HardSwish", CKERNELS_HARD_SWISH), ("Mish", CKERNELS_MISH),
      ("Softplus", CKERNELS_SOFTPLUS), ("Softsign", CKERNELS_SOFTSIGN),
    ]
    for (name, function) in plain { entries[name] = Entry(function: function, types: floats) }
    return entries
  }()

  var names: [String] { Self.entries.keys.sorted() }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let entry = try entry(of: call)
    try call.check(input.elementType, in: entry.types)
    _ = try function(of: call, entry)
    _ = try arguments(of: call, entry)
    return [TensorType(entry.result ?? input.elementType, input.shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let types = try outputTypes(call)
    let entry = try entry(of: call)
    let input = try call.required(0)
    let map = try call.function(
      ckernels_unary_map(
        try function(of: call, entry), input.type.elementType.kernel, call.resources.level,
        call.resources.isExact ? 1 : 0), input.type.elementType)
    let plan = MapPlan(
      map, arguments: try arguments(of: call, entry), [try input.source()], shape: types[0].shape,
      elementBytes: types[0].elementType.byteCount, result: outputs[0])
    return Computation([plan], faults: call.resources.faults)
  }

  private func entry(of call: OperatorCall) throws(OperatorError) -> Entry {
    guard let entry = Self.entries[call.op.name] else { throw .unsupported("\(call.op.name) is not elementwise") }
    return entry
  }

  private func function(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> ckernels_unary {
    guard call.op.name == "Gelu" else { return entry.function }
    switch try call.string("approximate") ?? "none" {
    case "none": return CKERNELS_GELU
    case "tanh": return CKERNELS_GELU_TANH
    default: throw .invalid("attribute approximate must be none or tanh")
    }
  }

  private func arguments(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> ckernels_map_arguments {
    var values: [Double] = [0, 0, 0]
    for (index, attribute) in entry.attributes.enumerated() {
      values[index] = Double(try call.float(attribute.name) ?? attribute.standard)
    }
    return ckernels_map_arguments(alpha: values[0], beta: values[1], gamma: values[2], exponent: CKERNELS_F32)
  }
}
