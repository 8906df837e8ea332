import Tensors

/// An operator of the ONNX standard with its attributes.
public struct GeneralOperator: Hashable, Codable, Sendable {
  /// The standard's name, for example `Gather`.
  public let name: String
  /// The operator-set version of the model, which decides what the attributes mean.
  public let opset: Int
  /// The attributes that the model gives; what it leaves out has the standard's default.
  public let attributes: [String: Attribute]
  /// For each of the node's inputs, its position in the standard's list; positions that are missing were left out.
  public let slots: [Int]

  /// Makes an operator whose inputs fill the standard's first positions unless `slots` says otherwise.
  public init(_ name: String, opset: Int, attributes: [String: Attribute] = [:], slots: [Int]) {
    self.name = name
    self.opset = opset
    self.attributes = attributes
    self.slots = slots
  }

  /// An attribute's value.
  public enum Attribute: Hashable, Codable, Sendable {
    case int(Int), float(Float), string(String)
    case ints([Int]), floats([Float]), strings([String])
    /// A small tensor: its type and its bytes, row-major and little-endian.
    case tensor(TensorType, [UInt8])
  }
}
