/// A value in a log: any JSON. Seeds are larger than Int64 and are kept exactly.
public enum LogValue: Decodable, Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([LogValue])
  case object([String: LogValue])

  /// Reads any JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([LogValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: LogValue].self))
    }
  }

  /// The number, of any kind.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The whole number.
  public var int: Int? {
    switch self {
    case .integer(let value): Int(value)
    case .number(let value) where value == value.rounded() && abs(value) < 1e15: Int(value)
    default: nil
    }
  }

  /// The text.
  public var text: String? { if case .string(let value) = self { value } else { nil } }

  /// The truth value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
