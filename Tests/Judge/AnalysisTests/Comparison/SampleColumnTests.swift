import Testing

@testable import Analysis

private let good: [(text: String, values: [Double])] = [
  ("1\n2\n3\n", [1, 2, 3]), ("1\n2", [1, 2]), ("  1.5\t\r\n\r\n# heading\n2e3 # unit\n", [1.5, 2000]),
  ("\u{FEFF}7\n", [7]), ("-0.25\n+4\n.5\n5.\n0\n", [-0.25, 4, 0.5, 5, 0]), ("1e0\n1E+2\n1e-2\n", [1, 100, 0.01]),
  ("#only\n\n#comments\n3", [3]), ("1e-999\n", [0]), ("00012.50\n", [12.5]),
]

private let bad: [(text: String, part: String)] = [
  ("", "holds no number"), ("\n\n# nothing\n", "holds no number"),
  ("1\nabc\n", "line 2: `abc` is not a number"), ("1,5\n", "line 1: `1,5` is not a number"),
  ("1\n\n2 3\n", "line 3: `2 3` is not a number"), ("nan\n", "line 1: `nan` cannot be compared"),
  ("1\n-Infinity\n", "line 2: `-Infinity` cannot be compared"), ("INF", "line 1: `INF` cannot be compared"),
  ("1e999\n", "line 1: `1e999` is larger than any number"), ("-1e400", "is larger than any number"),
  ("0x10\n", "`0x10` is not a number"), ("1_000\n", "`1_000` is not a number"), (".\n", "`.` is not a number"),
  ("-\n", "`-` is not a number"), ("1e\n", "`1e` is not a number"), ("1e+\n", "`1e+` is not a number"),
  ("1.2.3\n", "`1.2.3` is not a number"), ("--1\n", "`--1` is not a number"), ("1e5.5", "is not a number"),
  ("1\u{0}\n", "is not a number"), ("\u{2212}1\n", "is not a number"), ("time,1\n", "headings behind #"),
  (String(repeating: "9", count: 2000), "is not a number"), ("1e99999999999999999999", "is larger than any number"),
]

/// Plain columns of numbers, read exactly or refused with their line.
@Suite struct SampleColumnTests {
  @Test(arguments: good) fileprivate func numbersAreRead(text: String, values: [Double]) throws {
    #expect(try SampleColumn.read(Array(text.utf8)) == values)
  }

  @Test(arguments: bad) fileprivate func everythingElseIsRefusedWithItsLine(text: String, part: String) throws {
    let error = #expect(throws: SampleError.self) { try SampleColumn.read(Array(text.utf8)) }
    let description = try #require(error).description
    #expect(description.contains(part), "\(description)")
    #expect(description.utf8.count < 250)
  }

  @Test func anyBytesAreSurvived() {
    for seed in 0..<200 {
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
      let bytes = (0..<64).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        let alphabet = Array("0123456789.eE+-#\n ,x\u{FF}".utf8) + [0xFF, 0]
        return alphabet[Int(state >> 33) % alphabet.count]
      }
      let values = try? SampleColumn.read(bytes)
      #expect(values?.allSatisfy(\.isFinite) ?? true)
    }
  }

  /// The same bits as the standard library's reading, whatever the digits: short ones go a faster way than long ones.
  @Test func everyBitIsRight() throws {
    var texts = [
      "9007199254740992", "9007199254740993", "9007199254740993e1", "0.1", "0.30000000000000004", "1e22", "1e23",
      "1e-22",
      "123456789012345678", "12345678901234567890", "1.7976931348623157e308", "5e-324", "2.2250738585072011e-308",
      "0.000001234567890123456789", "-0.0", "3.14159265358979323846", "100000000000000000000000", "4503599627370497.5",
    ]
    var state: UInt64 = 42
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state & 0x7FEF_FFFF_FFFF_FFFF)
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Double(state >> 40) / 1000)")
      texts.append("\(state >> 20)e-\(state % 30)")
    }
    let values = try SampleColumn.read(Array(texts.joined(separator: "\n").utf8))
    #expect(values.count == texts.count)
    for (text, value) in zip(texts, values) {
      #expect(value.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }
}
