/// Text that came from outside, made fit for a reason: control characters would garble the terminal.
enum ForeignText {
  /// Its printable ASCII characters, as many as a sentence can hold.
  static func shown(_ text: some StringProtocol, limit: Int = 40) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(4096) where (32..<127).contains(scalar.value) {
      if shown.utf8.count == limit { break }
      shown.unicodeScalars.append(scalar)
    }
    return shown
  }
}
