import Testing

@testable import Reports

@Suite struct StringDisplayTests {
  @Test(arguments: [("", 0), ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("±×…", 3), ("🚀", 2), ("\u{200B}", 0)])
  func displayWidth(text: String, expected: Int) { #expect(text.displayWidth == expected) }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("ab", 1, "…"), ("ab", 0, ""),
  ])
  func shortened(text: String, width: Int, expected: String) {
    #expect(text.shortened(to: width) == expected)
    #expect(expected.displayWidth <= width)
  }

  @Test func wrapped() {
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("a verylongword b".wrapped(to: 4) == ["a", "verylongword", "b"])
    #expect("".wrapped(to: 4) == [""])
  }

  @Test(arguments: ["\u{1B}[2J", "a\rb", "a\nb", "\u{9B}31m", "\u{202E}abc", "\u{7F}"])
  func controlsAreReplaced(text: String) {
    #expect(text.printable.contains("\u{FFFD}"))
    #expect(!text.printable.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }
}
