/// Reads protobuf's wire format from a range of a file, through a window of bounded size.
///
/// Source of the format: protobuf.dev, "Encoding".
struct WireReader {
  /// How a field's value is written.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5

    /// Its name in error sentences.
    var name: String {
      switch self {
      case .varint: "a varint"
      case .fixed64: "8 bytes"
      case .bytes: "bytes with a length"
      case .fixed32: "4 bytes"
      }
    }
  }

  /// A field's number and how its value is written.
  struct Tag: Hashable {
    let field: Int
    let wireType: WireType
  }

  private static let windowSize = 1 << 16

  private let source: any ByteSource
  /// The next byte to be read.
  private(set) var position: Int
  private var window: [UInt8] = []
  private var windowStart: Int

  /// Starts at a byte of the source.
  init(_ source: any ByteSource, at position: Int = 0) {
    self.source = source
    self.position = position
    windowStart = position
  }

  /// The next byte.
  ///
  /// - Parameter end: where what is being read ends, at most the end of the source.
  mutating func byte(before end: Int) throws(ONNXError) -> UInt8 {
    guard position < end else { throw Self.truncated(at: position) }
    var index = position - windowStart
    if index < 0 || index >= window.count {
      try refill()
      index = 0
      guard !window.isEmpty else { throw Self.truncated(at: position) }
    }
    position += 1
    return window[index]
  }

  /// An integer of 7 bits a byte, of at most 64 bits.
  mutating func varint(before end: Int) throws(ONNXError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for index in 0..<10 {
      let byte = try byte(before: end)
      // The tenth byte has the 64th bit only.
      guard index < 9 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 { return value }
    }
    throw ONNXError(.damaged, "the integer at byte \(start) is longer than 64 bits")
  }

  /// A field's number and wire type.
  mutating func tag(before end: Int) throws(ONNXError) -> Tag {
    let start = position
    let value = try varint(before: end)
    guard value >> 3 >= 1, value >> 3 < 1 << 29, let wireType = WireType(rawValue: UInt8(value & 7)) else {
      throw ONNXError(
        .damaged, "byte \(start) does not start a field: it is no ONNX model, or it is damaged")
    }
    return Tag(field: Int(value >> 3), wireType: wireType)
  }

  /// The length before a run of bytes, checked against what is left.
  mutating func length(before end: Int) throws(ONNXError) -> Int {
    let start = position
    let value = try varint(before: end)
    guard value <= UInt64(max(end - position, 0)) else {
      throw ONNXError(
        .damaged, "the length at byte \(start) is \(value), but only \(end - position) bytes follow: it is cut short")
    }
    return Int(value)
  }

  /// Passes over `count` bytes.
  mutating func skip(_ count: Int, before end: Int) throws(ONNXError) {
    guard count >= 0, count <= end - position else { throw Self.truncated(at: position) }
    position += count
  }

  /// Passes over a field's value.
  mutating func skip(_ wireType: WireType, before end: Int) throws(ONNXError) {
    switch wireType {
    case .varint: _ = try varint(before: end)
    case .fixed64: try skip(8, before: end)
    case .fixed32: try skip(4, before: end)
    case .bytes: try skip(length(before: end), before: end)
    }
  }

  /// Appends the next `count` bytes to `output`.
  mutating func copy(_ count: Int, to output: inout [UInt8], before end: Int) throws(ONNXError) {
    guard count >= 0, count <= end - position else { throw Self.truncated(at: position) }
    var left = count
    while left > 0 {
      var index = position - windowStart
      if index < 0 || index >= window.count {
        try refill()
        index = 0
        guard !window.isEmpty else { throw Self.truncated(at: position) }
      }
      let part = min(left, window.count - index)
      output.append(contentsOf: window[index..<index + part])
      position += part
      left -= part
    }
  }

  /// The next `Value.bitWidth / 8` bytes as an integer, least significant first.
  mutating func fixed<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type, before end: Int
  ) throws(ONNXError) -> Value {
    var value: Value = 0
    for index in 0..<Value.bitWidth / 8 {
      value |= Value(truncatingIfNeeded: try byte(before: end)) << Value(truncatingIfNeeded: 8 * index)
    }
    return value
  }

  private mutating func refill() throws(ONNXError) {
    let count = max(0, min(Self.windowSize, source.byteCount - position))
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: ONNXError?
    let (source, position) = (source, position)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(ONNXError) { try source.read(at: position, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    window = bytes
    windowStart = position
  }

  private static func truncated(at position: Int) -> ONNXError {
    ONNXError(.damaged, "it is cut short at byte \(position)")
  }
}
