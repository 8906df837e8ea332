import SwiftProtobuf

/// Walks a model's wire format once and makes of it a skeleton that protobuf can decode cheaply: everything of
/// `onnx.proto`, with ranges of the file in place of tensors' elements, and nothing else.
///
/// Each field's bounds, wire type and text are checked, so that a fault is told with its byte; and the work of whoever decodes
/// the skeleton is bounded by ``messageLimit(byteCount:)`` and ``byteLimit``.
struct SkeletonScanner {
  /// The largest skeleton. The largest graphs that are known, of a hundred thousand nodes, take about a tenth.
  static let byteLimit = 256 << 20

  /// How many messages a model of `byteCount` bytes may have.
  ///
  /// An empty message takes 2 bytes of a file and some hundred in memory; no sensible one takes less than 4 of a file.
  static func messageLimit(byteCount: Int) -> Int { min(1 << 20, 1 << 16 + byteCount / 4) }

  private var reader: WireReader
  private var skeleton: [UInt8] = []
  private var messagesLeft: Int
  private let byteLimit: Int

  /// The skeleton of the model that is all of `source`.
  ///
  /// - Throws: ``ONNXError`` of kind `damaged`, naming a byte.
  static func skeleton(of source: any ByteSource, byteLimit: Int = byteLimit) throws(ONNXError) -> [UInt8] {
    var scanner = SkeletonScanner(source, byteLimit: byteLimit)
    try scanner.scan(.model, before: source.byteCount)
    return scanner.skeleton
  }

  private init(_ source: any ByteSource, byteLimit: Int) {
    reader = WireReader(source)
    messagesLeft = Self.messageLimit(byteCount: source.byteCount)
    self.byteLimit = byteLimit
  }

  /// Elements of a tensor, each with a tag before it, that follow one another.
  private struct Run {
    let tag: WireReader.Tag
    let start: Int
    var end: Int
  }

  private mutating func scan(_ message: SkeletonSchema, before end: Int) throws(ONNXError) {
    var run: Run?
    while reader.position < end {
      let start = reader.position
      let tag = try reader.tag(before: end)
      let rule = message.rule(tag.field)
      if let open = run, open.tag != tag {
        try append(open)
        run = nil
      }
      guard let rule else {
        try reader.skip(tag.wireType, before: end)
        continue
      }
      if case .payload(let element) = rule, tag.wireType == element {
        try reader.skip(tag.wireType, before: end)
        run = Run(tag: tag, start: run?.start ?? start, end: reader.position)
      } else {
        try copy(rule, tag, of: message, at: start, before: end)
      }
      try checkSize(at: start)
    }
    if let run { try append(run) }
  }

  private mutating func copy(
    _ rule: SkeletonSchema.Rule, _ tag: WireReader.Tag, of message: SkeletonSchema, at start: Int, before end: Int
  ) throws(ONNXError) {
    switch (rule, tag.wireType) {
    case (.varint, .varint), (.varints, .varint):
      append(tag)
      append(try reader.varint(before: end))
    case (.float, .fixed32), (.floats, .fixed32):
      append(tag)
      try reader.copy(4, to: &skeleton, before: end)
    case (.varints, .bytes):
      let packedEnd = try reader.length(before: end) + reader.position
      while reader.position < packedEnd {
        append(WireReader.Tag(field: tag.field, wireType: .varint))
        append(try reader.varint(before: packedEnd))
        try checkSize(at: start)
      }
    case (.floats, .bytes):
      let count = try reader.length(before: end)
      guard count.isMultiple(of: 4) else {
        throw ONNXError(.damaged, "the \(count) bytes of floats at byte \(start) are not a multiple of 4")
      }
      try copyBytes(count, tag, at: start, before: end)
    case (.bytes, .bytes):
      try copyBytes(reader.length(before: end), tag, at: start, before: end)
    case (.text, .bytes):
      let count = try reader.length(before: end)
      try copyBytes(count, tag, at: start, before: end)
      guard String(validating: skeleton.suffix(count), as: UTF8.self) != nil else {
        throw ONNXError(.damaged, "the text at byte \(start) is not UTF-8")
      }
    case (.marker, .bytes):
      try count(at: start)
      try reader.skip(.bytes, before: end)
      append(tag)
      append(0)
    case (.message(let inner), .bytes):
      try count(at: start)
      let innerEnd = try reader.length(before: end) + reader.position
      append(tag)
      // The length is known afterwards; it is written into five bytes that are kept free.
      let lengthIndex = skeleton.count
      skeleton.append(contentsOf: [0x80, 0x80, 0x80, 0x80, 0x00])
      try scan(inner, before: innerEnd)
      let length = skeleton.count - lengthIndex - 5
      for index in 0..<5 {
        skeleton[lengthIndex + index] |= UInt8(truncatingIfNeeded: length >> (7 * index)) & 0x7F
      }
    case (.payload, .bytes):
      let byteCount = try reader.length(before: end)
      try appendRange(tag.field, reader.position, byteCount, isTagged: false, at: start)
      try reader.skip(byteCount, before: end)
    default:
      throw ONNXError(
        .damaged,
        "field \(tag.field) of the message '\(message.rawValue)' at byte \(start) must not be \(tag.wireType.name)")
    }
  }

  private mutating func copyBytes(
    _ count: Int, _ tag: WireReader.Tag, at start: Int, before end: Int
  ) throws(ONNXError) {
    append(tag)
    append(UInt64(count))
    try checkSize(at: start, adding: count)
    try reader.copy(count, to: &skeleton, before: end)
  }

  private mutating func append(_ run: Run) throws(ONNXError) {
    try appendRange(run.tag.field, run.start, run.end - run.start, isTagged: true, at: run.start)
  }

  private mutating func appendRange(
    _ field: Int, _ offset: Int, _ byteCount: Int, isTagged: Bool, at start: Int
  ) throws(ONNXError) {
    guard byteCount > 0 else { return }
    try count(at: start)
    var range = ProtoPayloadRange()
    range.field = Int32(truncatingIfNeeded: field)
    range.offset = UInt64(offset)
    range.byteCount = UInt64(byteCount)
    range.isTagged = isTagged
    let bytes: [UInt8]
    do { bytes = try range.serializedBytes() } catch {
      throw ONNXError(.damaged, "the elements at byte \(start) cannot be remembered (\(error))")
    }
    append(WireReader.Tag(field: Self.payloadField, wireType: .bytes))
    append(UInt64(bytes.count))
    skeleton.append(contentsOf: bytes)
  }

  /// The field of `onnx.proto` that no ONNX file has.
  private static let payloadField = 20001

  private mutating func append(_ tag: WireReader.Tag) {
    append(UInt64(tag.field) << 3 | UInt64(tag.wireType.rawValue))
  }

  private mutating func append(_ varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      skeleton.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    skeleton.append(UInt8(truncatingIfNeeded: rest))
  }

  private func checkSize(at start: Int, adding count: Int = 0) throws(ONNXError) {
    guard count <= byteLimit - skeleton.count else {
      throw ONNXError(.damaged, "the graph without its weights is larger than \(byteLimit) bytes at byte \(start)")
    }
  }

  private mutating func count(at start: Int) throws(ONNXError) {
    messagesLeft -= 1
    guard messagesLeft >= 0 else {
      throw ONNXError(
        .damaged, "the model has more parts, at byte \(start), than a file of its size can sensibly have")
    }
  }
}
