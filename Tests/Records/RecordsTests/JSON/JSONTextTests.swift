import FoundationEssentials
import Testing

@testable import Records

private let refused: [String] = [
  "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{\"a\" 1}", "[1,]", "[,1]", "[1 2]",
  "[1,,2]",
  "[1", "[1,", "[-]", "[01]", "[-01,2]", "[1.]", "[.5]", "[1e]", "[1e+]", "[+1]", "[0x1]", "[NaN]", "[Infinity]", "tru",
  "nulL",
  "falsehood", "1 2", "{} {}", "[1]]", "{}}", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\n\"",
  "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\u{1}\"", "\"a\nb\"", "'a'", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
  "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", "[- 1]", "[1-]", "[--1]", "[1--2]", "[1 ,- 2]",
  // The same letter to Swift's dictionaries, of which one would be lost.
  "{\"\u{e9}\":1,\"e\u{301}\":2}", "{\"K\":1,\"\\u212a\":2}",
]

private let spellings: [(text: String, canonical: String)] = [
  ("1", "1"), ("1.0", "1"), ("1e0", "1"), ("10e-1", "1"), ("0.1e1", "1"), ("-0", "0"), ("-0.0", "0"), ("0e5", "0"),
  ("0.1", "0.1"), ("0.10", "0.1"), ("1e-1", "0.1"), ("0.1000000000000000055511151231257827", "0.1"),
  ("9007199254740993", "9007199254740993"), ("9223372036854775807", "9223372036854775807"),
  ("-9223372036854775808", "-9223372036854775808"), ("18446744073709551615", "18446744073709551615"),
  ("18446744073709551616", "1.8446744073709552e+19"), ("1e19", "10000000000000000000"),
  ("10000000000000000000", "10000000000000000000"), ("1e20", "1e+20"), ("100000000000000000000", "1e+20"),
  ("1.5e-7", "1.5e-07"), ("[ 1 ,\n2,\t-3 ]", "[1,2,-3]"), ("[1,2.0,3]", "[1,2,3]"), ("[-0]", "[0]"),
  ("[ -0 ]", "[0]"),
  ("[ ]", "[]"), ("{ }", "{}"), ("{\"b\":1,\"a\":{\"d\":null,\"c\":true}}", "{\"a\":{\"c\":true,\"d\":null},\"b\":1}"),
  ("\"\\u0041\\/\\u000a\\n\\b\\f\\r\\t\\\"\\\\\\u001f\"", "\"A/\\n\\n\\b\\f\\r\\t\\\"\\\\\\u001f\""),
  ("\"\\ud83d\\ude00é\"", "\"😀é\""), ("{\"é\":1,\"z\":2,\"\\u0061\":3}", "{\"a\":3,\"z\":2,\"é\":1}"),
  ("\u{feff}[1]", "[1]"), ("[999999999999999999,1]", "[999999999999999999,1]"),
  ("[9999999999999999999,1]", "[9999999999999999999,1]"),
  ("[99999999999999999999,1]", "[1e+20,1]"), ("9007199254740993.0", "9007199254740992"),
  ("-9007199254740993e0", "-9007199254740992"), ("3.90199549505419e+17", "390199549505419008"),
  ("1e-400", "0"), ("-1e-400", "0"), ("-0.000e5", "0"), ("0e99999999999999999999", "0"),
  ("1000000000000000000000e-3", "1000000000000000000"), ("1e400", "1e400"),
]

/// Numbers and what they are as `Int64` and as `UInt64`.
private let wholes: [(text: String, signed: Int64?, unsigned: UInt64?)] = [
  ("0", 0, 0), ("-0", 0, 0), ("-0.0e5", 0, 0), ("1.0", 1, 1), ("-1.0", -1, nil), ("1e3", 1000, 1000),
  ("1E+02", 100, 100),
  ("100e-02", 1, 1), ("0.5e1", 5, 5), ("0.05e1", nil, nil), ("1.5", nil, nil), ("1e-1", nil, nil), ("-5e-1", nil, nil),
  ("9007199254740993", 9_007_199_254_740_993, 9_007_199_254_740_993),
  ("9007199254740992.0", 1 << 53, 1 << 53), ("-9007199254740992e0", -(1 << 53), nil), ("9007199254740993.0", nil, nil),
  ("-9007199254740993e0", nil, nil), ("9007199254740993.5", nil, nil),
  ("0.9007199254740991e16", (1 << 53) - 1, (1 << 53) - 1),
  ("4503599627370497.00000000001", nil, nil), ("9223372036854775807", .max, (1 << 63) - 1),
  ("9223372036854775807.0", nil, nil), ("9223372036854775808", nil, 1 << 63),
  ("-9223372036854775808", .min, nil), ("-9223372036854775808e0", nil, nil), ("-9223372036854775809", nil, nil),
  ("18446744073709551615", nil, .max),
  ("18446744073709551616", nil, nil), ("1e15", 1_000_000_000_000_000, 1_000_000_000_000_000), ("1e16", nil, nil),
  ("1e19", nil, nil),
  ("1e20", nil, nil), ("1e400", nil, nil), ("1e-400", nil, nil), ("1e99999999999999999999", nil, nil),
  ("0e99999999999999999999", 0, 0), ("1e-99999999999999999999", nil, nil), ("10000000000.00e-8", 100, 100),
]

private enum Wrong: String, CaseIterable {
  case tooLarge = "[1,128]"
  case negative = "[1,-129]"
  case fraction = "[1,1.5]"
  case text = "[1,\"2\"]"
  case beyond = "[1,1e999]"
  case null = "[1,null]"
}

@Suite struct JSONTextTests {
  private func canonical(_ text: String) throws -> String {
    let text = try JSONText(Array(text.utf8))
    var bytes: [UInt8] = []
    text.appendCanonical(0, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: refused) func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: JSONFault.self) { try JSONText(Array(text.utf8)) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0], [0xff]] {
      #expect(throws: JSONFault.self) { try JSONText(bytes) }
    }
  }

  @Test func everyControlCharacterNeedsAnEscape() {
    for byte in 0..<32 as Range<UInt8> {
      #expect(throws: JSONFault.self, "\(byte)") { try JSONText([0x22, byte, 0x22]) }
    }
  }

  @Test(arguments: spellings) func everySpellingHasOneCanonicalForm(text: String, canonical: String) throws {
    #expect(try self.canonical(text) == canonical)
    #expect(try self.canonical(canonical) == canonical)
  }

  /// By way of a double some of them would be others.
  @Test(arguments: wholes) private func wholeNumbersAreExact(text: String, signed: Int64?, unsigned: UInt64?) throws {
    // Among others, a list of whole numbers is read otherwise.
    for (json, place) in [(text, 0), ("[\(text)]", 0), ("[null,\(text)]", 1)] {
      let value = try JSONText(Array(json.utf8))
      func decode<T: Decodable>(_ type: T.Type) -> T? {
        if json == text { return try? JSONTextDecoder.decode(type, from: value) }
        return (try? JSONTextDecoder.decode([T?].self, from: value))?[place]
      }
      #expect(decode(Int64.self) == signed && decode(UInt64.self) == unsigned, "\(json)")
    }
  }

  @Test func manyKeysAreFoundAndTwinsAmongThemRefused() throws {
    let members = (0..<500).map { "\"k\($0)\":\($0)" }
    let text = try JSONText(Array("{\(members.joined(separator: ","))}".utf8))
    let values = try JSONTextDecoder.decode([String: Int].self, from: text)
    #expect(values.count == 500 && values["k499"] == 499)
    let twins = "{\(members.joined(separator: ",")),\"k250\":1}"
    let fault = #expect(throws: JSONFault.self) { try JSONText(Array(twins.utf8)) }
    #expect(fault?.reason.contains("`k250` is there twice") == true)
  }

  /// Also where there are so many keys that they are looked up by an index.
  @Test(arguments: [1, 40]) func keysAreComparedByTheirScalars(count: Int) throws {
    let others = (1..<count).map { ",\"k\($0)\":0" }.joined()
    for key in ["\u{212a}", "\\u212a"] {
      let text = try JSONText(Array("{\"\(key)\":1\(others)}".utf8))
      #expect(text.value(of: "K", in: 0) == nil && text.value(of: "\u{212a}", in: 0) != nil)
      let object = try JSONTextDecoder(text: text, node: 0, path: nil).container(keyedBy: JSONKey.self)
      #expect(!object.contains(JSONKey(stringValue: "K")) && object.contains(JSONKey(stringValue: "\u{212a}")))
      let values = try JSONTextDecoder.decode([String: Int].self, from: text)
      #expect(values.count == count && values["\u{212a}"] == 1)
    }
  }

  @Test func deepNestingIsRefusedAndAllowedNestingIsNot() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONText(nested(JSONParser.depthLimit))
    #expect(throws: JSONFault.self) { try JSONText(nested(JSONParser.depthLimit + 1)) }
  }

  /// What Foundation's decoder makes of a record, ours makes of it, whatever the text looks like.
  @Test func aRecordDecodesAsJSONDecoderDecodesIt() throws {
    let encoder = JSONEncoder()
    for format: JSONEncoder.OutputFormatting in [[], .prettyPrinted, [.sortedKeys, .prettyPrinted]] {
      encoder.outputFormatting = format
      let data = try encoder.encode(Examples.record())
      let ours = try JSONTextDecoder.decode(Record.self, from: JSONText([UInt8](data)))
      #expect(ours == Examples.record())
      #expect(try ours == JSONDecoder().decode(Record.self, from: data))
    }
  }

  /// The encoder's own text, the canonical form of it and that of Foundation's text are the same bytes.
  @Test func theEncoderWritesTheCanonicalForm() throws {
    let ours = String(decoding: try JSONTextEncoder.encode(Examples.record()), as: UTF8.self)
    let theirs = String(decoding: try JSONEncoder().encode(Examples.record()), as: UTF8.self)
    #expect(try canonical(ours) == ours)
    #expect(try canonical(theirs) == ours)
  }

  private struct Numbers: Codable, Equatable {
    var doubles: [Double]
    var floats: [Float]
    var latencies: [Int64]
    var counts: [Int]
    var bytes: [UInt8]
    var seed: UInt64
    var nothing: Int?
    var nested: [[Int]]
    var words: [String: [Double]]
  }

  @Test func numbersSurviveTheRoundTrip() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let doubles = (0..<20).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
      let floats = (0..<20).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
        .filter(\.isFinite)
      let numbers = Numbers(
        doubles: doubles + [0, -0.0, 1, 0x1p53, 0x1p63, 0x1p64, -0x1p63, .leastNonzeroMagnitude],
        floats: floats + [0.02, 1e10],
        latencies: [.max, .min, 0, -1, Int64.random(in: .min ... .max)], counts: [.max, .min], bytes: [0, 255],
        seed: generator.next() | 1 << 63, nothing: nil, nested: [[], [1], [2, 3]], words: ["é\n\"\\": [1.5], "": []])
      let bytes = try JSONTextEncoder.encode(numbers)
      let ours = try JSONTextDecoder.decode(Numbers.self, from: JSONText(bytes))
      #expect(ours == numbers)
      #expect(ours.doubles.map(\.bitPattern) == numbers.doubles.map(\.bitPattern))
      #expect(try JSONDecoder().decode(Numbers.self, from: Data(bytes)) == numbers)
    }
  }

  @Test(arguments: Wrong.allCases) private func whatDoesNotFitIsNamed(wrong: Wrong) throws {
    let text = try JSONText(Array(wrong.rawValue.utf8))
    let error = #expect(throws: DecodingError.self) { try JSONTextDecoder.decode([Int8].self, from: text) }
    #expect(error?.place(in: []).contains("[1]") == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    "[9223372036854775808,1]", "[18446744073709551617]", "[99999999999999999999,1]", "[-9223372036854775809]",
  ])
  func latenciesThatDoNotFitAreRefused(list: String) throws {
    let text = try JSONText(Array(list.utf8))
    #expect(throws: DecodingError.self) { try JSONTextDecoder.decode([Int64].self, from: text) }
  }

  /// Just below the middle of two singles: the nearest double is the middle itself, which would go up.
  @Test func singlesAreRoundedOnce() throws {
    let text = try JSONText(Array("1.00000017881393432617187499".utf8))
    #expect(try JSONTextDecoder.decode(Float.self, from: text) == 1 + 0x1p-23)
  }

  @Test func numbersThatAreNotFiniteAreNotWritten() {
    for value in [Double.nan, .infinity] {
      #expect(throws: EncodingError.self) { try JSONTextEncoder.encode([value]) }
      #expect(throws: EncodingError.self) { try JSONTextEncoder.encode(["a": Float(value)]) }
    }
  }

  /// A key of a megabyte would be in the path of each of a hundred thousand figures.
  @Test func leavesThatNobodyHasRoomForAreRefused() throws {
    let key = String(repeating: "k", count: 1 << 20)
    for list in [
      "[\(Array(repeating: "1", count: 100_000).joined(separator: ","))]",
      "[[],[],[]\(String(repeating: ",[]", count: 100_000))]",
    ] {
      #expect(throws: RecordError.self) { try JSONLeaf.all(json: Array("{\"\(key)\":\(list)}".utf8), path: "p") }
    }
    #expect(
      try JSONLeaf.all(json: Array("{\"\(key)\":[1,{\"a\":[]}]}".utf8), path: "p").map(\.path) == [
        "\(key)[0]", "\(key)[1].a",
      ])
  }

  /// Whatever is damaged in a record: it is refused, or read and held against its seal.
  @Test func damagedRecordsNeverTrap() throws {
    let whole = try Examples.record().encoded()
    var refused = 0
    for seed in 0..<400 as Range<UInt64> {
      var json = RandomJSON(seed: seed)
      guard let text = try? JSONText(json.damaged(whole)), (try? Record(text: text, path: "r")) != nil else {
        refused += 1
        continue
      }
      #expect(SealState(of: text) != .none)
    }
    #expect(refused > 100 && refused < 400)
  }
}
