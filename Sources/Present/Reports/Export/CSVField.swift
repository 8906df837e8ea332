/// One field of a CSV file.
enum CSVField {
  /// A text, quoted where RFC 4180 asks for it.
  ///
  /// Spreadsheets take texts that begin with `=`, `+`, `-` or `@` for formulas, which may send data elsewhere: an
  /// apostrophe before them makes them text. Control characters, line feeds among them, become U+FFFD.
  static func text(_ text: String) -> String {
    let harmless = plain(text)
    guard harmless.unicodeScalars.contains(where: { $0 == "\"" || $0 == "," }) else { return harmless }
    return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
  }

  /// The same without the quotes: what a reader of the file gets.
  static func plain(_ text: String) -> String {
    // The wide forms too, which some locales read alike.
    let isFormula = text.unicodeScalars.first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
    return (isFormula ? "'" : "") + text.printable
  }

  /// A number with all of its digits and a point, whatever the locale; empty where there is none.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\(value)"
  }

  /// A count; empty where there is none.
  static func count(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

  /// `true` or `false`; empty where nobody knows.
  static func flag(_ value: Bool?) -> String { value.map { "\($0)" } ?? "" }
}
