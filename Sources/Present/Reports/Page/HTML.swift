/// Pieces of HTML. Whatever comes from outside passes ``text(_:)``.
enum HTML {
  /// Text as the content of an element or the value of a quoted attribute. Control characters and marks that turn the direction
  /// of text become U+FFFD.
  static func text(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      // No controls, none of & < > " ', and nothing beyond ASCII, where marks of direction are.
      byte >= 0x20 && byte < 0x7F && byte != 0x26 && byte != 0x3C && byte != 0x3E && byte != 0x22 && byte != 0x27
    }
    if isPlain { return text }
    return text.printable.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// An element around HTML.
  static func element(_ name: String, class style: String? = nil, _ content: String) -> String {
    "<\(name)\(style.map { " class=\"\($0)\"" } ?? "")>\(content)</\(name)>"
  }

  /// A paragraph of text.
  static func paragraph(_ text: String, class style: String? = nil) -> String {
    element("p", class: style, self.text(text))
  }

  /// A command, which the page's script gives a button that copies it.
  static func command(_ text: String) -> String { "<code class=\"command\">\(self.text(text))</code>" }

  /// Terms and what there is to say of each; nothing for none.
  static func terms(_ terms: [(lead: String, text: String)], class style: String) -> String {
    guard !terms.isEmpty else { return "" }
    let lines = terms.map { "<div><dt>\(text($0.lead))</dt><dd>\(text($0.text))</dd></div>" }
    return "<dl class=\"\(style)\">\n\(lines.joined(separator: "\n"))\n</dl>"
  }

  /// A list of texts; nothing for none.
  static func list(_ items: [String], class style: String) -> String {
    guard !items.isEmpty else { return "" }
    return "<ul class=\"\(style)\">\n" + items.map { "<li>\(text($0))</li>\n" }.joined() + "</ul>"
  }

  /// What can be opened.
  static func details(_ summary: String, _ content: String, isOpen: Bool = false) -> String {
    "<details\(isOpen ? " open=\"\"" : "")><summary>\(text(summary))</summary>\n\(content)\n</details>"
  }
}
