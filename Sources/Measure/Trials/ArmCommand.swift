import Records

/// How one arm is measured: a program that takes the options of `assay run`.
public struct ArmCommand: Codable, Hashable, Sendable {
  /// The program, then all of its words.
  public let words: [String]
  /// The revision that it was built from; nil for a program that was given.
  public let revision: String?

  /// Makes a command out of the words of a line and further options.
  ///
  /// A line that says only which program it is gets the subcommand `run`, also where what starts the program has a `run` of its
  /// own, as `docker run image assay`.
  /// - Parameters:
  ///   - line: the words, the program first.
  ///   - options: what is measured, the same for all arms.
  public init(line: [String], options: [String] = [], revision: String? = nil) {
    words = (line.contains("run") && !Self.endsWithProgram(line) ? line : line + ["run"]) + options
    self.revision = revision
  }

  /// Whether the last word is `assay` and no option's value.
  private static func endsWithProgram(_ line: [String]) -> Bool {
    line.last?.split(separator: "/").last == "assay" && line.dropLast().last?.hasPrefix("-") != true
  }

  /// The words of the command that measures one round into `path`.
  func words(path: String) -> [String] { words + ["--rounds", "1", "--output", path, "--overwrite"] }

  /// Splits a line as shells do: at blanks, with quotes and backslashes; nil where a quote is left open.
  public static func split(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
