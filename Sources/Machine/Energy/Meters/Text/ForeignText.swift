/// Text that came from outside, made fit for a sentence: control characters would garble the terminal.
enum ForeignText {
  /// Its printable ASCII characters with single blanks, none at its ends, as many as a sentence can hold.
  static func shown(_ text: some StringProtocol, limit: Int = 40) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(4096) where (32..<127).contains(scalar.value) {
      // What is set in columns is none here.
      if scalar == " ", shown.isEmpty || shown.last == " " { continue }
      guard shown.utf8.count < limit else { break }
      shown.unicodeScalars.append(scalar)
    }
    while shown.last == " " { shown.removeLast() }
    return shown
  }

  /// Whether a text is fit as it is.
  static func isFit(_ text: String, limit: Int = 40) -> Bool { !text.isEmpty && shown(text, limit: limit) == text }
}
