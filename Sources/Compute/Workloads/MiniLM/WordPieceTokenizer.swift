import Foundation

/// BERT's uncased tokenizer: normalisation, words, then the longest known pieces from the left (Wu et al. 2016).
public struct WordPieceTokenizer: Sendable {
  /// The pieces and their ids.
  public let vocabulary: WordPieceVocabulary

  /// Words of more characters than this become the unknown piece.
  static let wordLimit = 100

  /// Makes a tokenizer over a vocabulary.
  public init(vocabulary: WordPieceVocabulary) { self.vocabulary = vocabulary }

  /// The ids of a text between the classification and the separator piece.
  public func encode(_ text: String) -> [Int32] {
    [vocabulary.classify] + Self.words(in: text).flatMap(pieces) + [vocabulary.separator]
  }

  /// The normalised words of a text; every punctuation mark and every CJK ideograph is a word.
  ///
  /// Control characters vanish, white space separates, letters lose case and accents (canonical decomposition without
  /// non-spacing marks).
  static func words(in text: String) -> [[Unicode.Scalar]] {
    var cleaned = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !isRemoved(scalar) {
      if isIdeograph(scalar) {
        cleaned.append(contentsOf: [" ", scalar, " "])
      } else {
        cleaned.append(isSpace(scalar) ? " " : scalar)
      }
    }
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    func finish() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in String(cleaned).decomposedStringWithCanonicalMapping.unicodeScalars
    where scalar.properties.generalCategory != .nonspacingMark {
      for lower in scalar.properties.lowercaseMapping.unicodeScalars {
        if isSpace(lower) {
          finish()
        } else if isPunctuation(lower) {
          finish()
          words.append([lower])
        } else {
          word.append(lower)
        }
      }
    }
    finish()
    return words
  }

  /// Greedy longest match first; a word with a part that is in no piece is unknown as a whole.
  private func pieces(of word: [Unicode.Scalar]) -> [Int32] {
    guard word.count <= Self.wordLimit else { return [vocabulary.unknown] }
    let characters = word.map { Array(String(Character($0)).utf8) }
    var ids: [Int32] = []
    var start = 0
    while start < characters.count {
      var end = characters.count
      var found: Int32?
      while end > start, found == nil {
        let prefix = start > 0 ? Array("##".utf8) : []
        found = vocabulary.id(of: prefix + characters[start..<end].joined())
        end -= 1
      }
      guard let found else { return [vocabulary.unknown] }
      ids.append(found)
      start = end + 1
    }
    return ids
  }

  /// Control, format and private-use characters and the replacement character.
  ///
  /// Unassigned characters stay, as in the Rust library: removing them would tie ids to a version of Unicode.
  private static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
    if isPlainSpace(scalar) { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate: return true
    default: return scalar == "\u{FFFD}"
    }
  }

  private static func isPlainSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    isPlainSpace(scalar) || scalar.properties.isWhitespace
  }

  /// Unicode punctuation, and every other ASCII character that is neither letter, digit nor space.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// The CJK ideograph blocks of the original implementation; Hangul, Hiragana and Katakana are written with spaces or
  /// as words there.
  static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B820...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
