import SwiftProtobuf
import Testing

@testable import ONNX

@Suite struct SkeletonSchemaTests {
  /// Each message of `onnx.proto`, by its name in the schema.
  private static let messages: [(SkeletonSchema, any Message)] = [
    (.model, ProtoModel()), (.operatorSetId, ProtoOperatorSetId()), (.stringStringEntry, ProtoStringStringEntry()),
    (.function, ProtoFunction()), (.graph, ProtoGraph()), (.node, ProtoNode()), (.attribute, ProtoAttribute()),
    (.tensor, ProtoTensor()), (.sparseTensor, ProtoSparseTensor()), (.valueInfo, ProtoValueInfo()),
    (.valueType, ProtoValueType()), (.tensorType, ProtoTensorType()), (.tensorShape, ProtoTensorShape()),
    (.dimension, ProtoDimension()),
  ]

  /// What the scanner copies is what the messages decode: a field of one without the other would be lost or useless.
  ///
  /// A varint decodes into a field that is a number, and into an unknown field otherwise; the same for each wire type.
  @Test(arguments: messages.indices)
  func listsTheFieldsOfTheMessages(_ index: Int) throws {
    let (schema, message) = Self.messages[index]
    for field in 1...30 {
      let rule = schema.rule(field)
      let known = try Self.encodings(field).map { encoding in try Self.decodes(encoding, into: message) }
      switch rule {
      case nil, .payload:
        // Written by the encoder only.
        if schema == .tensor && field == 9 { continue }
        #expect(!known.contains(true), "field \(field)")
      case .varint, .varints: #expect(known[0], "field \(field)")
      case .float, .floats: #expect(known[1], "field \(field)")
      case .text, .bytes, .message, .marker: #expect(known[2], "field \(field)")
      }
    }
  }

  @Test func coversEveryMessage() {
    #expect(Set(Self.messages.map(\.0)) == Set(SkeletonSchema.allCases))
  }

  private static func encodings(_ field: Int) -> [[UInt8]] {
    [Wire.int(field, 1), Wire.fixed32(field, 1), Wire.bytes(field, [])]
  }

  private static func decodes(_ bytes: [UInt8], into message: any Message) throws -> Bool {
    try type(of: message).init(serializedBytes: bytes).unknownFields.data.isEmpty
  }
}
