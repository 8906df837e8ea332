/// An encoded value that has not been written yet.
enum JSONFragment {
  case null
  case flag(Bool)
  case text(String)
  case integer(Int64)
  case unsigned(UInt64)
  case double(Double)
  case float(Float)
  case integers([Int64])
  case object(Object)
  case array(Array)
  /// What another encoder makes.
  case later(JSONTextEncoder)

  /// Members in any order.
  final class Object {
    var members: [(key: String, value: JSONFragment)] = []
  }

  /// Elements in order.
  final class Array {
    var elements: [JSONFragment] = []
  }

  /// A number.
  ///
  /// - Throws: `EncodingError` for what is not finite: JSON has no such number.
  static func number(_ value: Double, at path: [any CodingKey]) throws -> JSONFragment {
    guard value.isFinite else { throw notFinite(value, path) }
    return .double(value)
  }

  /// A number of single precision, with the digits that it needs.
  static func number(_ value: Float, at path: [any CodingKey]) throws -> JSONFragment {
    guard value.isFinite else { throw notFinite(value, path) }
    return .float(value)
  }

  private static func notFinite(_ value: Any, _ path: [any CodingKey]) -> EncodingError {
    .invalidValue(value, .init(codingPath: path, debugDescription: "JSON has no numbers that are not finite."))
  }

  /// Appends the value's canonical text.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += [UInt8]("null".utf8)
    case .flag(let flag): bytes += [UInt8]((flag ? "true" : "false").utf8)
    case .text(let text): JSONEscapes.append(text, to: &bytes)
    case .integer(let value): JSONNumber.append(value, to: &bytes)
    case .unsigned(let value): JSONNumber.append(value, to: &bytes)
    case .double(let value): JSONNumber.append(value, to: &bytes)
    case .float(let value):
      // The shortest digits of a `Float` read as a `Double` have that `Double`'s shortest digits.
      JSONNumber.append(Double("\(value)") ?? Double(value), to: &bytes)
    case .integers(let values):
      bytes.reserveCapacity(bytes.count + values.count * 9)
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONNumber.append(value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object):
      bytes.append(UInt8(ascii: "{"))
      let members = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONEscapes.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .array(let array):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in array.elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .later(let encoder): (encoder.fragment ?? .object(.init())).append(to: &bytes)
    }
  }
}
