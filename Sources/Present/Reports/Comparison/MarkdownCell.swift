/// Text inside Markdown as GitHub and GitLab read it: nothing in it formats, links, mentions or ends a table's cell.
enum MarkdownCell {
  /// The text, on one line.
  static func text(_ text: String) -> String {
    text.printable.reduce(into: "") { result, character in
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      // A backslash would not keep somebody from being called.
      case "@": result += "&#64;"
      default: result.append(character)
      }
    }
  }

  /// A row of a table from texts that are safe already.
  static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
}
