import GraphPasses
import ModelGraph
import Operators
import Tensors

extension GraphImport {
  /// Appends a node to the dynamic part. Constants and activations that it reads become inputs of that part.
  mutating func appendDynamic(
    _ name: String, _ op: GeneralOperator, _ operands: [ImportedValue], outputs: [String]
  ) throws -> [ImportedValue] {
    let inputs = try operands.map { value -> TensorID in
      if case .dynamic(let id, _) = value { return id }
      let outer = try tensorID(of: value)
      return dynamicPart.input(outer, draft[outer])
    }
    let declared = outputs.enumerated().map { index, output in
      (
        name: output.isEmpty ? "\(name).unused\(index)" : graphName(of: output),
        elementType: Self.elementType(of: op, output: index, operands)
      )
    }
    let ids = dynamicPart.append(name, op, inputs: inputs, outputs: declared)
    return zip(ids, declared).map { .dynamic($0, $1.elementType) }
  }

  /// The element type of a result whose extents are not known.
  ///
  /// Most operators pass the type of their first operand on; the rest is listed by rule.
  private static func elementType(of op: GeneralOperator, output: Int, _ operands: [ImportedValue]) -> ElementType {
    func operand(_ position: Int) -> ElementType? {
      op.slots.firstIndex(of: position).map { operands[$0].type.elementType }
    }
    func attribute(_ name: String) -> ElementType? {
      guard case .int(let code) = op.attributes[name] else { return nil }
      return Int32(exactly: code).flatMap(ElementType.init(onnxDataType:))
    }
    let first = operand(0) ?? .float32
    switch op.name {
    case "Cast": return attribute("to") ?? first
    case "CastLike", "Where", "RoiAlign": return operand(op.name == "RoiAlign" ? 0 : 1) ?? first
    case "Shape", "Size", "NonZero", "NonMaxSuppression", "ArgMax", "ArgMin": return .int64
    case "TopK": return output == 1 ? .int64 : first
    case "MaxPool": return output == 1 ? .int64 : first
    case "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf":
      return .bool
    case "Dropout": return output == 1 ? .bool : first
    case "ConstantOfShape":
      if case .tensor(let type, _) = op.attributes["value"] { return type.elementType }
      return .float32
    case "OneHot": return operand(2) ?? first
    case "QuantizeLinear": return attribute("output_dtype") ?? operand(2) ?? .uint8
    case "DequantizeLinear": return operand(1) ?? .float32
    case "DynamicQuantizeLinear": return output == 1 ? .float32 : .uint8
    case "QLinearConv", "QLinearMatMul": return operand(7) ?? first
    case "ConvInteger", "MatMulInteger": return .int32
    case "EyeLike": return attribute("dtype") ?? first
    default: return first
    }
  }
}
