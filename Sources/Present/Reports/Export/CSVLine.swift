/// The first record of a CSV file (RFC 4180), read with care.
enum CSVLine {
  /// The fields, without their quotes; nil where a quoted field has no end.
  static func fields(_ text: String) -> [String]? {
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\"" where isQuoted && scalars.first == "\"":
        field.append("\"")
        scalars.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        fields.append(String(field))
        field = .init()
      case "\r" where !isQuoted && scalars.first == "\n": continue
      case "\n" where !isQuoted: return fields + [String(field)]
      default: field.append(scalar)
      }
    }
    return isQuoted ? nil : fields + [String(field)]
  }
}
