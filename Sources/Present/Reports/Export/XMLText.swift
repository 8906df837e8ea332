/// Text inside XML 1.0 documents.
enum XMLText {
  /// Text between tags or in an attribute in double quotes. What XML cannot hold, and what steers terminals, becomes U+FFFD.
  ///
  /// Source: "Extensible Markup Language (XML) 1.0", 5th ed., W3C 2008, sections 2.2 and 2.4.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Attributes of a tag, each after a space.
  static func attributes(_ attributes: [(name: String, value: String?)]) -> String {
    attributes.compactMap { name, value in value.map { " \(name)=\"\(escaped($0))\"" } }.joined()
  }
}
