import Tensors

extension ElementType {
  /// The name of the type that an ONNX file means by a number, also where Assay has not got it.
  static func onnxName(dataType code: Int32) -> String {
    if let type = ElementType(onnxDataType: code) { return type.rawValue }
    return switch code {
    case 0: "undefined"
    case 8: "string"
    case 14: "complex64"
    case 15: "complex128"
    case 17: "float8e4m3fn"
    case 18: "float8e4m3fnuz"
    case 19: "float8e5m2"
    case 20: "float8e5m2fnuz"
    case 21: "uint4"
    case 22: "int4"
    case 23: "float4e2m1"
    case 24: "float8e8m0"
    case 25: "uint2"
    case 26: "int2"
    default: "data type \(code)"
    }
  }
}
