/// What comes from outside, made fit for a sentence.
enum ShownText {
  /// The printable ASCII of a text, without white space at its ends and not longer than so many characters.
  ///
  /// Control characters would garble the terminal.
  static func short(_ text: some StringProtocol, _ limit: Int = 40) -> String {
    let printable = text.unicodeScalars.filter { $0.value >= 32 && $0.value < 127 }
    var shown = String(String.UnicodeScalarView(printable.drop { $0 == " " }.prefix(limit)))
    while shown.last == " " { shown.removeLast() }
    return shown
  }
}
