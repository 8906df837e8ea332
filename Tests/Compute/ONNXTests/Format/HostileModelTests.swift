import Testing

@testable import ONNX

/// Models that must be refused, each with the one sentence that says why.
@Suite struct HostileModelTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let sentence: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ sentence: String) {
      (self.name, self.bytes, self.sentence) = (name, bytes, sentence)
    }

    /// A model of the identity with further fields in its graph.
    init(_ name: String, graph rest: [UInt8], _ sentence: String) {
      self.init(name, WireModel.model(WireModel.identity(rest)), sentence)
    }

    /// A model with one node `n` more, of these attributes.
    init(_ name: String, attributes: [[UInt8]], _ sentence: String) {
      self.init(name, graph: WireModel.node("Op", ["x"], ["z"], name: "n", attributes: attributes), sentence)
    }
  }

  @Test(arguments: wire + header + graphs + tensors + attributes)
  func isRefusedWithOneSentence(_ hostile: Case) {
    let error = #expect(throws: ONNXError.self) { try ONNXModel.read(bytes: hostile.bytes) }
    #expect(error?.description == hostile.sentence)
  }

  /// What the table's models are made of is itself a good model.
  @Test func theirFrameIsAccepted() throws {
    let model = try ONNXModel.read(bytes: WireModel.model(WireModel.identity()))
    #expect(model.graph.nodes.map(\.name) == ["same"])
  }

  private static let wire: [Case] = [
    Case("empty", [], "It is empty; an ONNX model was expected."),
    Case("field 0", [0x00], "Byte 0 does not start a field: it is no ONNX model, or it is damaged."),
    Case("a group", [0x0B], "Byte 0 does not start a field: it is no ONNX model, or it is damaged."),
    Case("text", Array("hello, world".utf8), "Byte 2 does not start a field: it is no ONNX model, or it is damaged."),
    Case(
      "a field number of 2^60", Wire.varint(1 << 63),
      "Byte 0 does not start a field: it is no ONNX model, or it is damaged."),
    Case(
      "an integer of 11 bytes", [0x08] + [UInt8](repeating: 0xFF, count: 11),
      "The integer at byte 1 is longer than 64 bits."),
    Case(
      "a 65th bit", [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], "The integer at byte 1 is longer than 64 bits."),
    Case("cut in a tag", [0x80], "It is cut short at byte 1."),
    Case("cut in an integer", [0x08, 0x80], "It is cut short at byte 2."),
    Case("cut in unknown 4 bytes", [0x7D, 0, 0], "It is cut short at byte 1."),
    Case("cut in unknown 8 bytes", [0x79, 0, 0], "It is cut short at byte 1."),
    Case(
      "a length of 2^62", [0x3A] + Wire.varint(1 << 62),
      "The length at byte 1 is 4611686018427387904, but only 0 bytes follow: it is cut short."),
    Case(
      "a length of 2^64 - 1", [0x12] + Wire.varint(.max),
      "The length at byte 1 is 18446744073709551615, but only 0 bytes follow: it is cut short."),
    Case("an unknown length", [0x7A, 9], "The length at byte 1 is 9, but only 0 bytes follow: it is cut short."),
    Case(
      "an inner length past its message", [0x3A, 4, 0x12, 9, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46],
      "The length at byte 3 is 9, but only 2 bytes follow: it is cut short."),
    Case("the graph as a number", Wire.int(7, 1), "Field 7 of the message 'model' at byte 0 must not be a varint."),
    Case(
      "the version as text", Wire.text(1, "8"),
      "Field 1 of the message 'model' at byte 0 must not be bytes with a length."),
    Case("text that is not UTF-8", Wire.bytes(2, [0xC3, 0x28]), "The text at byte 0 is not UTF-8."),
    Case(
      "a huge number of empty parts", (0..<800_000).flatMap { _ in [0x42, 0] as [UInt8] },
      "The model has more parts, at byte 931072, than a file of its size can sensibly have."),
  ]

  private static let header: [Case] = [
    Case(
      "nothing known", Wire.int(15, 1),
      "It says no version of the ONNX format: it is no ONNX model, or it is cut short."),
    Case(
      "version 0", WireModel.model(WireModel.identity(), ir: 0),
      "It is of version 0 of the ONNX format; versions 3 to 14 are read."),
    Case(
      "version 2", WireModel.model(WireModel.identity(), ir: 2),
      "It is of version 2 of the ONNX format; versions 3 to 14 are read."),
    Case(
      "version 1000", WireModel.model(WireModel.identity(), ir: 1000),
      "It is of version 1000 of the ONNX format; versions 3 to 14 are read."),
    Case(
      "the least version", WireModel.model(WireModel.identity(), ir: .min),
      "It is of version -9223372036854775808 of the ONNX format; versions 3 to 14 are read."),
    Case("no graph", Wire.int(1, 8) + WireModel.opset("", 17), "The model has no graph."),
    Case(
      "no operator set", WireModel.model(WireModel.identity(), opsets: []), "The model says no operator set version."),
    Case(
      "operator set 0", WireModel.model(WireModel.identity(), opsets: [("", 0)]),
      "The operator set of domain 'ai.onnx' has version 0; versions start at 1."),
    Case(
      "operator set without a version", WireModel.model(WireModel.identity(), opsets: [], rest: Wire.bytes(8, [])),
      "The operator set of domain 'ai.onnx' has version 0; versions start at 1."),
    Case(
      "a negative operator set", WireModel.model(WireModel.identity(), opsets: [("x.y", -4)]),
      "The operator set of domain 'x.y' has version -4; versions start at 1."),
    Case(
      "two operator sets of one domain", WireModel.model(WireModel.identity(), opsets: [("", 17), ("ai.onnx", 18)]),
      "The operator set of domain 'ai.onnx' has two versions, 17 and 18."),
    Case(
      "a domain without operator set", WireModel.model(WireModel.identity(), opsets: [("x.y", 1)]),
      "Node 'same' is of domain 'ai.onnx', of which the model says no operator set version."),
  ]

  private static let graphs: [Case] = [
    Case("an empty graph", WireModel.model([]), "The graph has no outputs."),
    Case("an output that nothing makes", graph: WireModel.output("z"), "Nothing makes the graph's output 'z'."),
    Case("two outputs of one name", graph: WireModel.output("y"), "The graph has two outputs 'y'."),
    Case("two inputs of one name", graph: WireModel.input("x"), "The graph has two inputs 'x'."),
    Case("an input without a name", graph: WireModel.input(""), "The graph describes a value without a name."),
    Case(
      "a value described twice", graph: WireModel.value(13, "v", [2]) + WireModel.value(13, "v", [3]),
      "The graph describes the value 'v' twice, and differently."),
    Case(
      "a negative dimension", graph: WireModel.value(13, "v", [2, -2]), "Value 'v' has the negative dimension -2."),
    Case(
      "dimensions that overflow", graph: WireModel.value(13, "v", [1 << 31, 1 << 31]),
      "The dimensions of value 'v' have a product that is too large for any memory."),
    Case(
      "65 dimensions", graph: WireModel.value(13, "v", [Int](repeating: 1, count: 65)),
      "Value 'v' has 65 dimensions; at most 64 make sense."),
    Case(
      "a node that makes an input", graph: WireModel.node("Op", ["y"], ["x"], name: "n"),
      "The name 'x' is made twice, by an input and by node 'n'."),
    Case(
      "two nodes that make one name", graph: WireModel.node("Op", ["x"], ["y"], name: "n"),
      "The name 'y' is made twice, by node 'same' and by node 'n'."),
    Case(
      "a node that makes one name twice", graph: WireModel.node("Op", ["x"], ["z", "z"], name: "n"),
      "The name 'z' is made twice, by node 'n' and by node 'n'."),
    Case(
      "a dangling input", graph: WireModel.node("Op", ["x", "", "ghost"], ["z"], name: "n"),
      "Node 'n' reads 'ghost', which nothing makes."),
    Case(
      "a node that reads itself", graph: WireModel.node("Op", ["z"], ["z"], name: "n"),
      "The graph has a cycle: node 'n' needs its own output."),
    Case(
      "a cycle of three",
      graph: WireModel.node("Op", ["c"], ["a"], name: "n1") + WireModel.node("Op", ["a"], ["b"], name: "n2")
        + WireModel.node("Op", ["b"], ["c"], name: "n3"), "The graph has a cycle: node 'n1' needs its own output."),
    Case(
      "a node without an operator", graph: WireModel.node("", ["x"], ["z"], name: "n"),
      "Node 'n' does not say which operator it is."),
  ]

  private static let float: [UInt8] = Wire.bytes(9, [0, 0, 0, 0])

  private static let tensors: [Case] = [
    Case(
      "an initialiser without a name", graph: WireModel.initializer("", [], 1, float),
      "The graph has an initialiser without a name."),
    Case(
      "two initialisers of one name",
      graph: WireModel.initializer("w", [], 1, float) + WireModel.initializer("w", [], 1, float),
      "The name 'w' is made twice, by an initialiser and by an initialiser."),
    Case(
      "a node that makes an initialiser",
      graph: WireModel.initializer("w", [], 1, float) + WireModel.node("Op", ["x"], ["w"], name: "n"),
      "The name 'w' is made twice, by an initialiser and by node 'n'."),
    Case("no element type", graph: Wire.bytes(5, Wire.text(8, "w")), "Tensor 'w' says no element type."),
    Case("undefined element type", graph: WireModel.initializer("w", [], 0), "Tensor 'w' says no element type."),
    Case(
      "a negative dimension", graph: WireModel.initializer("w", [-3], 1), "Tensor 'w' has the negative dimension -3."),
    Case(
      "dimensions that overflow", graph: WireModel.initializer("w", [1 << 40, 1 << 40], 1),
      "The dimensions of tensor 'w' have a product that is too large for any memory."),
    Case(
      "an extent of 0 that hides an overflow", graph: WireModel.initializer("w", [0, 1 << 40, 1 << 40], 1),
      "The dimensions of tensor 'w' have a product that is too large for any memory."),
    Case(
      "65 dimensions", graph: WireModel.initializer("w", [Int](repeating: 1, count: 65), 1),
      "Tensor 'w' has 65 dimensions; at most 64 make sense."),
    Case(
      "2^40 elements without data", graph: WireModel.initializer("w", [1 << 40], 1),
      "Tensor 'w' is float32 1099511627776, that is 4398046511104 bytes, but its raw_data has 0."),
    Case(
      "2^40 integers in one byte", graph: WireModel.initializer("w", [1 << 40], 7, Wire.bytes(7, [1])),
      "Tensor 'w' is int64 1099511627776, that is 1099511627776 elements, but its int64_data has at most 1."),
    Case(
      "one byte too few", graph: WireModel.initializer("w", [2], 1, Wire.bytes(9, [UInt8](repeating: 0, count: 7))),
      "Tensor 'w' is float32 2, that is 8 bytes, but its raw_data has 7."),
    Case(
      "one byte too many", graph: WireModel.initializer("w", [2], 1, Wire.bytes(9, [UInt8](repeating: 0, count: 9))),
      "Tensor 'w' is float32 2, that is 8 bytes, but its raw_data has 9."),
    Case(
      "one float too few", graph: WireModel.initializer("w", [2], 1, Wire.bytes(4, [0, 0, 0, 0])),
      "Tensor 'w' is float32 2, that is 2 elements, but its float_data has 1."),
    Case(
      "half a float", graph: WireModel.initializer("w", [1], 1, Wire.bytes(4, [0, 0, 0, 0, 0, 0])),
      "The float_data of tensor 'w' ends in the middle of an element."),
    Case(
      "elements in the wrong field", graph: WireModel.initializer("w", [1], 1, Wire.bytes(7, [1])),
      "Tensor 'w' has its float32 elements in int64_data, where they cannot be."),
    Case(
      "elements in two fields", graph: WireModel.initializer("w", [1], 1, float + Wire.bytes(4, [0, 0, 0, 0])),
      "Tensor 'w' has its elements in more than one field."),
    Case(
      "raw_data twice", graph: WireModel.initializer("w", [2], 1, float + float),
      "Tensor 'w' has 2 fields raw_data instead of one."),
    Case(
      "a segment", graph: WireModel.initializer("w", [1], 1, float + Wire.bytes(3, [])),
      "Tensor 'w' is only a segment of a tensor, which Assay does not support."),
    Case(
      "an unknown location", graph: WireModel.initializer("w", [1], 1, float + Wire.int(14, 2)),
      "Tensor 'w' has the unknown data location 2."),
    Case(
      "external data and data", graph: WireModel.initializer("w", [1], 1, float + Wire.int(14, 1)),
      "Tensor 'w' has elements both in the model and in external data."),
    Case(
      "external data without a folder",
      graph: WireModel.initializer("w", [1], 1, WireModel.external([("location", "d")])),
      "Tensor 'w' has external data, but a model in memory has no folder where it could lie."),
    Case(
      "a forged range of the file",
      graph: WireModel.initializer("w", [1], 1, Wire.bytes(20001, Wire.int(1, 9) + Wire.int(2, 0) + Wire.int(3, 4))),
      "Tensor 'w' is float32 1, that is 4 bytes, but its raw_data has 0."),
  ]

  private static let attributes: [Case] = [
    Case("an attribute without a name", attributes: [Wire.int(3, 1)], "Node 'n' has an attribute without a name."),
    Case(
      "two attributes of one name", attributes: [integer, integer], "Node 'n' has two attributes 'a'."),
    Case(
      "an attribute of unknown type", attributes: [Wire.text(1, "a") + Wire.int(20, 99)],
      "Attribute 'a' of node 'n' has the unknown type 99."),
    Case(
      "an attribute without value and type", attributes: [Wire.text(1, "a")],
      "Attribute 'a' of node 'n' has the unknown type 0."),
    Case(
      "a tensor that is not there", attributes: [Wire.text(1, "a") + Wire.int(20, 4)],
      "Attribute 'a' of node 'n' has no value."),
    Case(
      "a tensor without its elements",
      attributes: [Wire.text(1, "a") + Wire.bytes(5, WireModel.tensor("", [9], 1)) + Wire.int(20, 4)],
      "Tensor 'n.a' is float32 9, that is 36 bytes, but its raw_data has 0."),
    Case(
      "packed floats of 5 bytes", attributes: [Wire.bytes(7, [0, 0, 0, 0, 0])],
      "The 5 bytes of floats at byte 83 are not a multiple of 4."),
    Case(
      "packed integers that are cut", attributes: [Wire.bytes(8, [0x80])], "It is cut short at byte 86."),
  ]

  private static let integer: [UInt8] = Wire.text(1, "a") + Wire.int(3, 1) + Wire.int(20, 2)
}
