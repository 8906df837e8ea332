extension String {
  /// Columns that a terminal gives to the text: 2 for East Asian wide characters and emoji, 0 for combining marks.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text without control characters: what a record or a worker's standard error says must not steer a terminal.
  var printable: String {
    guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.steersTerminals ? "\u{FFFD}" : $0 }))
  }

  /// The text in at most `width` columns; an ellipsis stands for what was cut off its end.
  func shortened(to width: Int) -> String {
    guard displayWidth > width else { return self }
    guard width > 1 else { return width == 1 ? "…" : "" }
    var result = ""
    var used = 0
    for character in self {
      guard used + character.displayWidth <= width - 1 else { break }
      result.append(character)
      used += character.displayWidth
    }
    return result + "…"
  }

  /// The same, but what was cut off is the beginning.
  func shortenedAtStart(to width: Int) -> String {
    guard displayWidth > width else { return self }
    return String(String(reversed()).shortened(to: width).reversed())
  }

  /// The text padded with spaces to `width` columns.
  func padded(to width: Int, _ alignment: TextTable.Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth))
    return alignment == .left ? self + space : space + self
  }

  /// Lines of at most `width` columns, broken at spaces; a longer word has a line of its own. At least one line.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.displayWidth + 1 + String(word).displayWidth > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return lines + [line]
  }
}

extension Character {
  fileprivate var displayWidth: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

extension Unicode.Scalar {
  /// Controls (C0, DEL, C1) and the marks that reverse the direction of text.
  fileprivate var steersTerminals: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
