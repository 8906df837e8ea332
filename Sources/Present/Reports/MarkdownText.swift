/// GitHub Flavored Markdown made of texts that may hold anything.
///
/// Sources: the CommonMark specification 0.31.2, section 2.4 (every ASCII punctuation character may be escaped by a backslash),
/// and the GitHub Flavored Markdown specification 0.29, section 4.10 (tables; a pipe inside a cell is escaped).
enum MarkdownText {
  /// Text that is shown as it is and calls nobody.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      // GitHub sends mail to whom an @ names, in whatever way it is escaped; a comment after it parts the two.
      case "@": result += "@<!-- -->"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "$", "&", "!":
        result += "\\" + String(Character(scalar))
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text in the font of programs, to be copied. Pipes inside tables would end the cell even there.
  static func code(_ text: String) -> String {
    let text = text.printable
    var (longest, run) = (0, 0)
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    // One space at both ends is taken off again where there is one at both.
    let needsSpace = text.hasPrefix("`") || text.hasSuffix("`") || (text.hasPrefix(" ") && text.hasSuffix(" "))
    return needsSpace || text.isEmpty ? "\(fence) \(text) \(fence)" : fence + text + fence
  }

  /// A table; cells are Markdown already. Every row has as many cells as there are columns.
  static func table(_ columns: [(title: String, isNumber: Bool)], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [line(columns.map(\.title)), line(columns.map { $0.isNumber ? "---:" : "---" })] + rows.map(line)
  }
}
