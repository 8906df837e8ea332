import Tensors
import Testing

@testable import ONNX

@Suite struct ONNXTensorTests {
  struct Case: CustomTestStringConvertible {
    let type: ElementType
    let field: Int
    let data: [UInt8]
    let expected: [UInt8]
    let note: String
    var testDescription: String { "\(type) in field \(field) \(note)" }

    init(_ type: ElementType, _ field: Int, _ data: [UInt8], _ expected: [UInt8], _ note: String = "") {
      (self.type, self.field, self.data, self.expected, self.note) = (type, field, data, expected, note)
    }
  }

  /// Three elements of every type in raw_data, which holds them as memory does.
  private static let raw: [Case] = ElementType.allCases.map { type in
    let bytes = (0..<3 * type.byteCount).map { UInt8($0 % 2) }
    return Case(type, 9, Wire.bytes(9, bytes), bytes)
  }

  private static func packed(_ field: Int, _ values: [Int]) -> [UInt8] {
    Wire.bytes(field, values.flatMap { Wire.varint(UInt64(bitPattern: Int64($0))) })
  }

  private static let typed: [Case] = [
    Case(.float32, 4, Wire.bytes(4, Wire.raw([Float(1), -2, .infinity])), Wire.raw([Float(1), -2, .infinity])),
    Case(.float64, 10, Wire.bytes(10, Wire.raw([1.5, -2, .infinity])), Wire.raw([1.5, -2, .infinity])),
    Case(.int32, 5, packed(5, [1, -2, Int(Int32.min)]), Wire.raw([Int32(1), -2, .min])),
    Case(.int32, 5, Wire.bytes(5, [1, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 3]), Wire.raw([Int32(1), -2, 3]), "in 5 bytes"),
    Case(.int16, 5, packed(5, [1, -2, -32768]), Wire.raw([Int16(1), -2, .min])),
    Case(.int8, 5, packed(5, [127, -2, -128]), Wire.raw([Int8(127), -2, .min])),
    Case(.uint16, 5, packed(5, [1, 2, 65535]), Wire.raw([UInt16(1), 2, .max])),
    Case(.uint8, 5, packed(5, [1, 2, 255]), [1, 2, 255]),
    Case(.bool, 5, packed(5, [0, 1, 2]), [0, 1, 1]),
    Case(.bool, 9, Wire.bytes(9, [0, 255, 1]), [0, 1, 1], "of any non-zero byte"),
    Case(.float16, 5, packed(5, [0x3C00, 0xFBFF, 0]), Wire.raw([UInt16(0x3C00), 0xFBFF, 0])),
    Case(.bfloat16, 5, packed(5, [0x3F80, 0xBF80, 0]), Wire.raw([UInt16(0x3F80), 0xBF80, 0])),
    Case(.int64, 7, packed(7, [1, -2, .min]), Wire.raw([1, -2, Int.min])),
    Case(.uint64, 11, packed(11, [1, -1, 3]), Wire.raw([UInt64(1), .max, 3])),
    Case(.uint32, 11, packed(11, [1, 4_294_967_295, 3]), Wire.raw([UInt32(1), .max, 3])),
    Case(
      .float32, 4, [Float(1), 2, 3].flatMap { Wire.fixed32(4, $0.bitPattern) }, Wire.raw([Float(1), 2, 3]), "one by one"
    ),
    Case(.float64, 10, [1.0, 2, 3].flatMap { Wire.fixed64(10, $0.bitPattern) }, Wire.raw([1.0, 2, 3]), "one by one"),
    Case(.int64, 7, [1, -2, 300].flatMap { Wire.int(7, $0) }, Wire.raw([1, -2, 300]), "one by one"),
    Case(
      .int64, 7, Wire.int(7, 1) + packed(7, [2]) + Wire.text(12, "between") + Wire.int(7, 3), Wire.raw([1, 2, 3]),
      "in runs"),
    Case(.int64, 7, [0xB8, 0x80, 0x00, 1] + Wire.int(7, 2) + Wire.int(7, 3), Wire.raw([1, 2, 3]), "with a long tag"),
  ]

  @Test(arguments: raw + typed)
  func decodes(_ encoding: Case) throws {
    let tensor = try Self.tensor([3], encoding.type, encoding.data)
    #expect(tensor.byteCount == encoding.expected.count)
    #expect(try tensor.type == TensorType(encoding.type, [3]))
    #expect(try tensor.loadedBytes() == encoding.expected)
    var buffer = [UInt8](repeating: 0xAA, count: encoding.expected.count)
    try buffer.withUnsafeMutableBytes { try tensor.write(into: $0) }
    #expect(buffer == encoding.expected)
  }

  @Test(arguments: [
    (ElementType.int8, 5, [1, 128], "Element 1 of tensor 'w' is 128, which its 8 bits cannot hold."),
    (.int8, 5, [-129, 1], "Element 0 of tensor 'w' is -129, which its 8 bits cannot hold."),
    (.uint8, 5, [1, -1], "Element 1 of tensor 'w' is -1, which its 8 bits cannot hold."),
    (.float16, 5, [1, 65536], "Element 1 of tensor 'w' is 65536, which its 16 bits cannot hold."),
    (.uint32, 11, [1, 1 << 32], "Element 1 of tensor 'w' is 4294967296, which its 32 bits cannot hold."),
    (.int64, 7, [300], "The int64_data of tensor 'w' has fewer elements than its shape."),
    (.int32, 5, [1, 2, 3], "The int32_data of tensor 'w' has more elements than its shape."),
  ])
  func refusesWhatDoesNotFitWhenItIsRead(_ type: ElementType, _ field: Int, _ values: [Int], _ sentence: String) throws
  {
    // Two bytes and more could be two elements, so that only decoding tells.
    let tensor = try Self.tensor([2], type, Self.packed(field, values))
    let error = #expect(throws: ONNXError.self) { try tensor.load() }
    #expect(error?.description == sentence)
  }

  @Test(arguments: [[], [2, 3], [0], [0, 5]])
  func readsEveryRank(_ dims: [Int]) throws {
    let count = dims.reduce(1, *)
    let tensor = try Self.tensor(
      dims, .float32, count == 0 ? [] : Wire.bytes(9, Wire.raw([Float](repeating: 2, count: count))))
    #expect(try tensor.elements(as: Float.self) == [Float](repeating: 2, count: count))
    #expect(tensor.shape.dims == dims)
  }

  /// Types that Assay has not got are no fault of a model until somebody wants their elements.
  @Test(arguments: [
    (8, "string"), (14, "complex64"), (17, "float8e4m3fn"), (22, "int4"), (23, "float4e2m1"), (99, "data type 99"),
  ])
  func unsupportedTypesAreRefusedOnUse(_ code: Int, _ name: String) throws {
    let bytes = WireModel.model(WireModel.identity(WireModel.initializer("w", [3], code)))
    let tensor = try #require(try ONNXModel.read(bytes: bytes).graph.initializers.first)
    #expect(tensor.elementType == nil && tensor.elementTypeName == name && tensor.byteCount == 0)
    let error = #expect(throws: ONNXError.self) { try tensor.load() }
    #expect(error?.description == "Tensor 'w' has elements of type \(name), which Assay does not support.")
  }

  @Test func sparseTensorsAreRefusedOnUse() throws {
    let sparse = Wire.bytes(
      15, Wire.bytes(1, WireModel.tensor("w", [1], 1, Wire.bytes(9, [0, 0, 0, 0]))) + Wire.int(3, 9))
    let tensor = try #require(
      try ONNXModel.read(bytes: WireModel.model(WireModel.identity(sparse))).graph.initializers.first)
    #expect(tensor.name == "w" && tensor.shape == [9] && tensor.elementTypeName == "sparse float32")
    #expect(throws: ONNXError.self) { try tensor.load() }
  }

  @Test func codesOfElementTypesAreTheFormats() {
    for type in ElementType.allCases {
      #expect(ElementType(onnxDataType: type.onnxDataType) == type)
      #expect(ElementType.onnxName(dataType: type.onnxDataType) == type.rawValue)
    }
    #expect(Set(ElementType.allCases.map(\.onnxDataType)).count == ElementType.allCases.count)
    #expect(ElementType(onnxDataType: 0) == nil && ElementType(onnxDataType: -1) == nil)
  }

  private static func tensor(_ dims: [Int], _ type: ElementType, _ data: [UInt8]) throws -> ONNXTensor {
    let bytes = WireModel.model(WireModel.identity(WireModel.initializer("w", dims, Int(type.onnxDataType), data)))
    return try #require(try ONNXModel.read(bytes: bytes).graph.initializers.first)
  }
}
