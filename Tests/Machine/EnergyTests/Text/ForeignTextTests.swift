import Testing

@testable import Energy

@Suite("ForeignText")
struct ForeignTextTests {
  @Test(
    "What comes from outside is shown without what garbles a terminal, and not for long",
    arguments: [
      ("plain", "plain"), ("", ""), ("\u{1b}[31mred\u{7}", "[31mred"), ("  a \t b\n\n  c ", "a b c"), ("ü\u{7f}é", ""),
      (String(repeating: "x", count: 50), String(repeating: "x", count: 40)),
      (String(repeating: "1234567 ", count: 10), "1234567 1234567 1234567 1234567 1234567"),
      // What is beyond any line is not even looked at.
      (String(repeating: "\u{1}", count: 5000) + "x", ""),
    ])
  func shown(text: String, says: String) {
    #expect(ForeignText.shown(text) == says)
    #expect(ForeignText.isFit(text) == (!text.isEmpty && text == says))
  }

  @Test("Nothing that needs more room than there is is shown")
  func limit() {
    #expect(ForeignText.shown("abcdef", limit: 3) == "abc")
    #expect(ForeignText.shown("abcdef", limit: 0) == "")
  }
}
