import Foundation
import Records
import Testing

@testable import Reports

private let markdown: [(text: String, expected: String)] = [
  ("a|b", "a\\|b"), ("<b>&lt;", "\\<b\\>\\&lt;"), ("*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"),
  ("[a](b)!", "\\[a\\](b)\\!"),
  ("@team", "@<!-- -->team"), ("a\nb", "a\u{FFFD}b"), ("a\\|b", "a\\\\\\|b"), ("é漢", "é漢"),
]

private let code: [(text: String, expected: String)] = [
  ("a b", "`a b`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("``x", "``` ``x ```"), ("", "`  `"), (" a ", "`  a  `"),
]

private let xml: [(text: String, expected: String)] = [
  ("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;"), ("]]>", "]]&gt;"), ("a\u{0}\u{1B}\nb", "a\u{FFFD}\u{FFFD}\u{FFFD}b"),
  ("\u{FFFF}", "\u{FFFD}"), ("😀", "😀"),
]

private let commands: [(title: String, message: String, expected: String)] = [
  ("t", "m", "::error title=t::m"), ("a:b,c%", "50% of\na:b,c", "::error title=a%3Ab%2Cc%25::50%25 of%0Aa:b,c"),
  ("x\ny", "a\r\nb::error::c", "::error title=x\u{FFFD}y::a%0D%0Ab::error::c"),
  ("%0A", "%0A", "::error title=%250A::%250A"), ("a", "\u{1B}[31m", "::error title=a::\u{FFFD}[31m"),
]

private let times: [(text: String, seconds: Int?)] = [
  ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696), ("2025-03-01T12:00:00Z", 1_740_830_400),
  ("1900-03-01T00:00:00Z", -2_203_891_200), ("2100-03-01T00:00:00Z", 4_107_542_400), ("2001-02-29T00:00:00Z", nil),
  ("1900-02-29T00:00:00Z", nil), ("2025-13-01T00:00:00Z", nil), ("2025-03-00T00:00:00Z", nil),
  ("2025-03-01T24:00:00Z", nil), ("2025-03-01T12:00:00", nil), ("2025-03-01 12:00:00Z", nil), ("", nil),
  ("２025-03-01T12:0:00Z", nil), ("0000-01-01T00:00:00Z", -62_167_219_200),
]

private let lines: [(text: String, fields: [String]?)] = [
  ("a,b\nc", ["a", "b"]), ("a,\"b,\"\"c\"\"\"\r\nx", ["a", "b,\"c\""]), ("", [""]), ("a,,b", ["a", "", "b"]),
  ("\"a\nb\",c\n", ["a\nb", "c"]), ("\"a", nil), ("a\r\n", ["a"]),
]

/// The small writers below the formats.
@Suite struct ExportTextTests {
  @Test(arguments: markdown) func markdownIsShownAsItIs(text: String, expected: String) {
    #expect(MarkdownText.escaped(text) == expected)
  }

  @Test(arguments: code) func codeIsFenced(text: String, expected: String) {
    #expect(MarkdownText.code(text) == expected)
  }

  @Test(arguments: xml) func xmlIsEscaped(text: String, expected: String) { #expect(XMLText.escaped(text) == expected) }

  @Test(arguments: commands) func workflowCommandsAreEscaped(title: String, message: String, expected: String) {
    #expect(GitHubCommand(.error, title: title, message).line == expected)
  }

  @Test(arguments: times) func timesAreRead(text: String, seconds: Int?) {
    #expect(ISOTime(text)?.unixSeconds == seconds)
    #expect(ISOTime(text).map { $0.withoutZone + "Z" == text } ?? (seconds == nil))
  }

  @Test(arguments: lines) func csvLinesAreRead(text: String, fields: [String]?) {
    #expect(CSVLine.fields(text) == fields)
  }

  @Test func jsonComesBack() throws {
    let names = ExportSample.names + ["\u{0}\u{1F}\u{7F}\u{2028}\u{202E}", "", "\u{10FFFF}"]
    let text = JSONText.object(
      names.map { ($0, .array([.text($0), .number(0.1), .number(3), .whole(-4), .flag(true), .null, .number(.nan)])) }
    ).file
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [Any]])
    #expect(Set(object.keys) == Set(names))
    for name in names {
      let items = try #require(object[name])
      #expect(
        items[0] as? String == name && items[1] as? Double == 0.1 && items[2] as? Int == 3 && items[3] as? Int == -4)
      #expect(items[4] as? Bool == true && items[5] is NSNull && items[6] is NSNull)
    }
    // Nothing in it steers a terminal.
    #expect(text.split(separator: "\n").allSatisfy { String($0).printable == $0 })
    #expect(JSONText.array([]).file == "[]\n" && JSONText.object([]).file == "{}\n")
  }

  @Test func namesAreNeverAlike() {
    let names = ExportNames(["a\n", "a\r", "a\u{FFFD}", "b", "b"])
    #expect(names["a\n"] == "a\u{FFFD}" && names["a\r"] == "a\u{FFFD}~2" && names["a\u{FFFD}"] == "a\u{FFFD}~3")
    #expect(names["b"] == "b" && names["not named\n"] == "not named\u{FFFD}")
    let long = String(repeating: "x", count: 2000)
    let short = ExportNames([long + "1", long + "2"], limit: 1024)
    #expect(short[long + "1"] != short[long + "2"])
    #expect([long + "1", long + "2"].allSatisfy { short[$0].unicodeScalars.count <= 1024 })
  }

  @Test func goNamesAreReversible() {
    #expect(GoBenchExport.escaped("a=b/c-8 é%") == "a%3Db%2Fc-8%20%C3%A9%25")
    for name in ExportSample.names { #expect(GoBenchExport.escaped(name).removingPercentEncoding == name) }
  }
}
