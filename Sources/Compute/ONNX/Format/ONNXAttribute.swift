/// The value of a node's attribute.
public enum ONNXAttribute: Sendable {
  /// One integer.
  case int(Int)
  /// A list of integers.
  case ints([Int])
  /// One number.
  case float(Float)
  /// A list of numbers.
  case floats([Float])
  /// A text.
  case string(String)
  /// A list of texts.
  case strings([String])
  /// A constant.
  case tensor(ONNXTensor)
  /// A list of constants.
  case tensors([ONNXTensor])
  /// One subgraph or several, as `If`, `Loop` and `Scan` have; they are not read.
  case graph
  /// Anything else, by the name of its kind, for example `sparse tensor`.
  case other(String)

  /// The kind of value in words, for error sentences.
  public var kindName: String {
    switch self {
    case .int: "integer"
    case .ints: "list of integers"
    case .float: "float"
    case .floats: "list of floats"
    case .string: "string"
    case .strings: "list of strings"
    case .tensor: "tensor"
    case .tensors: "list of tensors"
    case .graph: "graph"
    case .other(let kind): kind
    }
  }
}
