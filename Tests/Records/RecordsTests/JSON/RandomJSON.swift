/// Random JSON texts and damage to them, the same for the same seed.
struct RandomJSON {
  private var random: SeededGenerator
  private var bytes: [UInt8] = []

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A right text: no key is in an object twice.
  mutating func document() -> [UInt8] {
    bytes = []
    if one(in: 20) { bytes += [0xef, 0xbb, 0xbf] }
    space()
    value(depth: Int.random(in: 0...5, using: &random))
    space()
    return bytes
  }

  /// A text that is damaged in one to four places, or nested deeply.
  mutating func damaged(_ whole: [UInt8]) -> [UInt8] {
    bytes = whole
    for _ in 0..<Int.random(in: 1...4, using: &random) { damage() }
    return bytes
  }

  private mutating func damage() {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case 4: bytes.removeSubrange(place...)
    case 5:
      bytes.insert(contentsOf: Self.strange[Int.random(in: 0..<Self.strange.count, using: &random)], at: place)
    case 6:
      let depth = Int.random(in: 0...600, using: &random)
      let (open, close): (String, String) = one(in: 2) ? ("[", "]") : ("{\"a\":", "}")
      bytes = Array(String(repeating: open, count: depth).utf8) + bytes
      if !one(in: 3) { bytes += Array(String(repeating: close, count: depth).utf8) }
    default: bytes.insert(contentsOf: pick(Self.pieces).utf8, at: place)
    }
  }

  /// What is no UTF-8 in one way or another, and marks of the byte order.
  private static let strange: [[UInt8]] = [
    [0x80], [0xff], [0xc0, 0xaf], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf8], [0],
    [0xef, 0xbb, 0xbf], [0xfe, 0xff], [0xff, 0xfe], [0x7f], [0xc2, 0x85], [0xe2, 0x80, 0xa8],
  ]

  private static let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\u0000", "0", "-", "1", "9", ".", "e", "E",
    "+", "true", "false", "null", "NaN", " ", "\n", "\t", "\r", "\u{1}", "é", "e\u{301}", "\u{212a}", "\"a\":", "/*x*/",
    "//", "'", "1e400", "-1e400", "1e309", "1.7976931348623159e308", "1e99999999999999999999", "00", "-0", "\u{a0}",
    "\u{feff}",
  ]

  private static let scalars: [Unicode.Scalar] = [
    "a", "b", "Z", "/", "\u{7f}", "é", "\u{301}", "ß", "\u{2028}", "\u{212a}", "\u{fffe}", "\u{ffff}", "漢", "😀",
    "\u{10ffff}", "\u{e000}", "\u{d7ff}",
  ]

  private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

  private mutating func pick(_ texts: [String]) -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }

  private mutating func space() {
    guard one(in: 4) else { return }
    for _ in 0..<Int.random(in: 1...3, using: &random) { bytes += Array(pick([" ", "\n", "\t", "\r", "\r\n"]).utf8) }
  }

  private mutating func value(depth: Int) {
    switch Int.random(in: 0..<(depth > 0 ? 12 : 7), using: &random) {
    case 0: bytes += Array(pick(["true", "false", "null"]).utf8)
    case 1, 2: text()
    case 3...6: bytes += Array(number().utf8)
    case 7: integers()
    case 8, 9:
      list("[", "]") { $0.value(depth: depth - 1) }
    default:
      var count = 0
      list("{", "}") {
        // Its place makes it unlike the others, whatever accents follow.
        $0.text("\(count):")
        count += 1
        $0.space()
        $0.bytes.append(UInt8(ascii: ":"))
        $0.space()
        $0.value(depth: depth - 1)
      }
    }
  }

  private mutating func list(_ open: String, _ close: String, _ element: (inout RandomJSON) -> Void) {
    bytes += Array(open.utf8)
    space()
    // Some objects have so many members that they are looked up otherwise.
    for place in 0..<(one(in: 12) ? Int.random(in: 20...40, using: &random) : Int.random(in: 0...4, using: &random)) {
      if place > 0 {
        bytes.append(UInt8(ascii: ","))
        space()
      }
      element(&self)
      space()
    }
    bytes += Array(close.utf8)
  }

  private mutating func integers() {
    let isSpaced = one(in: 2)
    list("[", "]") { json in
      json.bytes += Array("\(Int64(truncatingIfNeeded: json.random.next()) >> Int64(json.random.next() % 64))".utf8)
      if isSpaced { json.bytes.append(32) }
    }
  }

  private mutating func text(_ start: String = "") {
    bytes += Array("\"\(start)".utf8)
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes += Array(pick(["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]).utf8)
      case 1:
        // Any scalar as its escapes, in small or large letters.
        let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &random)) ?? "x"
        let plain = one(in: 2) ? Unicode.Scalar(UInt8.random(in: 0...255, using: &random)) : scalar
        for unit in String(Character(plain)).utf16 {
          let digits = String(unit, radix: 16, uppercase: one(in: 2))
          bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        }
      default:
        let scalar = Self.scalars[Int.random(in: 0..<Self.scalars.count, using: &random)]
        bytes += Array(String(Character(scalar)).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func digits(_ most: Int) -> String {
    String((0..<Int.random(in: 1...most, using: &random)).map { _ in Character(pick(["0", "1", "4", "5", "9"])) })
  }

  private mutating func number() -> String {
    let fixed = [
      "0", "-0", "-0.0", "0e9", "1.0", "-1e0", "127", "128", "-128", "-129", "1e2", "12.7e1", "9007199254740993",
      "9007199254740993.0", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
      "-9223372036854775809", "18446744073709551615", "18446744073709551616", "9223372036854775807.0",
      "18446744073709551615e0", "1e-400", "-1e-400", "1.7976931348623157e308", "-0.000e5", "0.5e1",
      "4503599627370497.00000000001", "10000000000.00e-8", "4.9e-324", "2.4e-324", "2.5e-324",
      "2.2250738585072011e-308", "1e39", "1e-46",
      "3.4028235e38", "3.4028236e38", "1.00000017881393432617187499", "0.1", "100000000000000000000",
      "1E+2", "1E-2", "999999999999999999", "1000000000000000000", "5e-1", "1000000000000000000000e-3",
      "0e99999999999999999999", "1e-99999999999999999999",
    ]
    let sign = one(in: 3) ? "-" : ""
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return pick(fixed)
    case 1: return "\(Double(bitPattern: random.next() & ~(1 << 62)))"
    case 2: return "\(sign)\(random.next() >> (random.next() % 64))"
    default:
      var text = sign + (one(in: 3) ? "0" : pick(["1", "3", "7", "9"]) + digits(22))
      if one(in: 2) { text += "." + digits(22) }
      if one(in: 2) {
        let (sign, most) = one(in: 2) ? ("-", 420) : (pick(["", "+"]), 280)
        text += pick(["e", "E"]) + sign + "\(Int.random(in: 0...(one(in: 2) ? 30 : most), using: &random))"
      }
      return text
    }
  }
}
