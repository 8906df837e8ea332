import Testing

@testable import Workloads

@Suite struct WordPieceTokenizerTests {
  private struct Encoding: Decodable {
    let text: String
    let ids: [Int32]
  }

  private static let isModelCached = ModelCache().holds(.miniLM)

  /// (text, words joined by |).
  @Test(arguments: [
    ("Hello, World!", "hello|,|world|!"), ("  tab\tnew\nline\r ", "tab|new|line"), ("", ""), ("Don't", "don|'|t"),
    ("naïve CAFÉ Ångström", "naive|cafe|angstrom"), ("e\u{301}", "e"), ("İ", "i"), ("ΣΊΣ", "σισ"), ("中文ab", "中|文|ab"),
    ("a\u{0}b\u{FFFD}c\u{200B}d\u{AD}e", "abcde"), ("a\u{A0}b\u{2028}c", "a|b|c"), ("$1+2=3", "$|1|+|2|=|3"),
    ("«so»—¿no?", "«|so|»|—|¿|no|?"), ("[CLS]", "[|cls|]"), ("한국", "한국".decomposedWords), ("ß ﬁ", "ß|ﬁ"),
  ])
  func splitsIntoWords(text: String, words: String) {
    let actual = WordPieceTokenizer.words(in: text).map { String(String.UnicodeScalarView($0)) }
    // Scalar by scalar: String compares by canonical equivalence, which is what must not happen here.
    #expect(Array(actual.joined(separator: "|").unicodeScalars) == Array(words.unicodeScalars))
  }

  @Test(arguments: [
    ("unaffable", [2, 5, 6, 7, 3]), ("un", [2, 5, 3]), ("affable", [2, 1, 3]), ("UN un", [2, 5, 5, 3]),
    ("unb", [2, 1, 3]), ("", [2, 3]),
    (String(repeating: "a", count: 100), [2] + [8] + Array(repeating: 9, count: 99) + [3]),
    (String(repeating: "a", count: 101), [2, 1, 3]), ("aa!", [2, 8, 9, 4, 3]),
  ])
  func takesTheLongestPieces(text: String, ids: [Int32]) throws {
    let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "!", "un", "##aff", "##able", "a", "##a", ""].map {
      Array($0.utf8)
    }
    let tokenizer = WordPieceTokenizer(vocabulary: try WordPieceVocabulary(lines: lines, path: "test"))
    #expect(tokenizer.vocabulary.count == 10)
    #expect(tokenizer.encode(text) == ids)
  }

  @Test func readsWindowsLines() throws {
    let lines = ["[PAD]\r", "[UNK]\r", "[CLS]\r", "[SEP]\r", "word\r", ""].map { Array($0.utf8) }
    let tokenizer = WordPieceTokenizer(vocabulary: try WordPieceVocabulary(lines: lines, path: "test"))
    #expect(tokenizer.encode("word") == [2, 4, 3])
  }

  @Test(arguments: ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]) func refusesVocabulariesWithout(piece: String) {
    let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "word"].filter { $0 != piece }.map { Array($0.utf8) }
    let error = #expect(throws: WorkloadError.self) { try WordPieceVocabulary(lines: lines, path: "vocab.txt") }
    #expect(error?.description == "The vocabulary vocab.txt has no line \(piece), which every BERT one has.")
  }

  @Test func saysWhichVocabularyIsMissing() {
    let error = #expect(throws: WorkloadError.self) { try WordPieceVocabulary(path: "/nowhere/vocab.txt") }
    #expect(error?.description == "The vocabulary /nowhere/vocab.txt cannot be read.")
  }

  /// Ids from the Rust library `tokenizers`; see Tests/Fixtures/golden/README.md.
  @Test(.enabled(if: isModelCached, "needs the vocabulary: run assay fetch minilm-l6"))
  func agreesWithAnIndependentTokenizer() throws {
    let golden = try Golden.load("wordpiece.json", as: [Encoding].self)
    #expect(golden.count >= 40)
    let vocabulary = try WordPieceVocabulary(path: ModelCache().path(of: "vocab.txt", model: "minilm-l6"))
    let tokenizer = WordPieceTokenizer(vocabulary: vocabulary)
    for encoding in golden {
      let scalars = encoding.text.unicodeScalars.map { String($0.value, radix: 16) }
      #expect(tokenizer.encode(encoding.text) == encoding.ids, "\(scalars)")
    }
  }
}

extension String {
  /// Hangul syllables fall apart into their letters in canonical decomposition.
  fileprivate var decomposedWords: String { "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}" }
}
