/// JSON (RFC 8259) whose members stay in the order in which they were given, so that files read well and differ little.
indirect enum JSONText {
  case object([(String, JSONText)])
  case array([JSONText])
  case text(String)
  /// Written with all of its digits; what is not finite becomes `null`, which says that there is no number.
  case number(Double)
  case whole(Int)
  case flag(Bool)
  case null

  /// The file: two spaces a level, ended by a line feed.
  var file: String { written(indent: "") + "\n" }

  private func written(indent: String) -> String {
    switch self {
    case .object(let members):
      Self.block("{", "}", members.map { "\(Self.quoted($0)): \($1.written(indent: indent + "  "))" }, indent)
    case .array(let items):
      if items.allSatisfy(\.isNumber) {
        "[" + items.map { $0.written(indent: "") }.joined(separator: ", ") + "]"
      } else {
        Self.block("[", "]", items.map { $0.written(indent: indent + "  ") }, indent)
      }
    case .text(let text): Self.quoted(text)
    case .number(let value): value.isFinite ? Int(exactly: value).map { "\($0)" } ?? "\(value)" : "null"
    case .whole(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .null: "null"
    }
  }

  private var isNumber: Bool {
    switch self {
    case .number, .whole: true
    case .object, .array, .text, .flag, .null: false
    }
  }

  private static func block(_ open: String, _ close: String, _ lines: [String], _ indent: String) -> String {
    guard !lines.isEmpty else { return open + close }
    return open + "\n" + lines.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
  }

  /// A string in quotes. Control characters and what steers terminals are escaped, and come back when it is read.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        let isHarmless = String(Character(scalar)).printable.unicodeScalars.first == scalar
        if isHarmless {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
      }
    }
    return result + "\""
  }
}
