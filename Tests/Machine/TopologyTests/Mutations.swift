import Foundation

/// Damages texts, the same way for the same seed.
struct Mutations {
  private var state: UInt64

  /// What a value between quotation marks is replaced by: edges of numbers, sets and types.
  private static let words = [
    "", "-1", "0", "4294967295", "18446744073709551616", "0xffffffff,0xffffffff", "0xf...f", "0x0", "Core", "PU",
    "NUMANode", "Machine", "Package", "L3Cache", "MemCache", "Group", "Misc", "Bridge", "L1iCache", "Die",
  ]

  init(seed: UInt64) { state = seed &* 2_654_435_761 | 1 }

  /// A number below `bound`, from Marsaglia's xorshift generator.
  mutating func number(below bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % max(1, bound)
  }

  /// The text cut off, with flipped bits, other bytes or missing pieces, or with other values between quotation marks.
  mutating func damaged(_ text: [UInt8]) -> [UInt8] {
    var text = text
    let kind = number(below: 6)
    for _ in 0...number(below: 3) where !text.isEmpty {
      let place = number(below: text.count)
      switch kind {
      case 0: text.removeSubrange(place...)
      case 1: text[place] ^= 1 << UInt8(number(below: 8))
      case 2: text[place] = UInt8(number(below: 256))
      case 3: text.removeSubrange(place..<min(text.count, place + 1 + number(below: 200)))
      default:
        guard let start = text[place...].firstIndex(of: UInt8(ascii: "\"")),
          let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: "\""))
        else { continue }
        text.replaceSubrange((start + 1)..<end, with: Self.words[number(below: Self.words.count)].utf8)
      }
    }
    return text
  }
}
