/// One operator of a graph.
public struct ONNXNode: Sendable {
  /// A name that no other node of the graph has: the file's, with a number behind it where that is empty or taken.
  public var name: String
  /// The operator, for example `Conv`.
  public var opType: String
  /// The domain whose operator set defines it; `""` is the default one, also where the file says `ai.onnx`.
  public var domain: String
  /// The names it reads, in the operator's order; an empty name is an absent optional input.
  public var inputs: [String]
  /// The names it makes, in the operator's order; an empty name is an output that nobody wants.
  public var outputs: [String]
  /// The attributes that the file gives, by name; defaults are not filled in.
  public var attributes: [String: ONNXAttribute]

  /// Makes a node.
  public init(
    name: String, opType: String, domain: String = "", inputs: [String], outputs: [String],
    attributes: [String: ONNXAttribute] = [:]
  ) {
    self.name = name
    self.opType = opType
    self.domain = domain
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}
