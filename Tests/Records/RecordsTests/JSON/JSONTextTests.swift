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
  ("[99999999999999999999,1]", "[1e+20,1]"),
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

  @Test(arguments: spellings) func everySpellingHasOneCanonicalForm(text: String, canonical: String) throws {
    #expect(try self.canonical(text) == canonical)
    #expect(try self.canonical(canonical) == canonical)
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

  private indirect enum Value: Decodable {
    case any
    init(from decoder: any Decoder) throws {
      self = .any
      if let object = try? decoder.container(keyedBy: JSONKey.self) {
        for key in object.allKeys { _ = try object.decode(Value.self, forKey: key) }
      } else if var array = try? decoder.unkeyedContainer() {
        while !array.isAtEnd { _ = try array.decode(Value.self) }
      }
    }
  }

  /// Whatever is damaged in a text: what we accept, Foundation accepts, and nothing traps.
  @Test func damagedTextsNeverTrap() throws {
    let whole = try JSONTextEncoder.encode(Examples.record())
    let alphabet = Array("{}[],:\"\\0123456789.eE+-tfn \n\u{1}é".utf8)
    for _ in 0..<1000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3) {
        let place = Int.random(in: 0..<bytes.count)
        switch Int.random(in: 0..<3) {
        case 0: bytes[place] = alphabet.randomElement() ?? 0
        case 1: bytes.remove(at: place)
        default: bytes.insert(alphabet.randomElement() ?? 0, at: place)
        }
      }
      guard let text = try? JSONText(bytes) else { continue }
      _ = try? Record(text: text, path: "r")
      _ = SealState(of: text)
      #expect(throws: Never.self) { try JSONDecoder().decode(Value.self, from: Data(bytes)) }
    }
  }
}
