/// What comes from outside, made fit for a sentence.
enum ShownText {
  /// The printable ASCII of a text, with single blanks, none at its ends, and not longer than so many characters.
  ///
  /// Control characters would garble the terminal.
  static func short(_ text: some StringProtocol, _ limit: Int = 40) -> String {
    var shown = ""
    for scalar in text.unicodeScalars where scalar.value >= 32 && scalar.value < 127 {
      // What is set in columns is none here.
      if scalar == " ", shown.isEmpty || shown.last == " " { continue }
      guard shown.utf8.count < limit else { break }
      shown.unicodeScalars.append(scalar)
    }
    while shown.last == " " { shown.removeLast() }
    return shown
  }
}
