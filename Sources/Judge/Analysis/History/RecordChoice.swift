import Store

/// How a user names a record of a history: by its number, or by the beginning of its digest.
public enum RecordChoice: Hashable, Sendable {
  /// `12` or `#12`, as lists show it.
  case number(Int64)
  /// `sha256:` and at least eight digits.
  case digest(String)

  /// Reads a name; nil for everything else.
  public init?(_ text: String) {
    let prefix = "sha256:"
    if text.hasPrefix(prefix) {
      let digits = text.dropFirst(prefix.count).lowercased()
      guard (8...64).contains(digits.utf8.count), digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
      self = .digest(digits)
      return
    }
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(digits) else { return nil }
    self = .number(number)
  }

  /// The numbers of named records in one history, each once.
  ///
  /// - Throws: ``HistoryError`` where a name means no record or several; ``StoreError``.
  public static func numbers(_ names: [String], in store: HistoryStore) throws -> [Int64] {
    var numbers: [Int64] = []
    for name in names {
      guard let choice = RecordChoice(name) else {
        throw HistoryError(
          "`\(name)` names no record; give its number in assay history list, or sha256: and the beginning of its digest.",
          exitCode: 64)
      }
      let number = try choice.number(in: store, name)
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }

  private func number(in store: HistoryStore, _ name: String) throws -> Int64 {
    switch self {
    case .number(let number):
      if try store.record(number) != nil { return number }
    case .digest(let digits):
      let found = try store.numbers(ofDigest: digits)
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw HistoryError(
          "\(name) means records \(found.map { "\($0)" }.joined(separator: ", ")); give more of the digest.",
          exitCode: 64)
      }
    }
    throw HistoryError(
      "\(store.path): there is no record \(name); assay history list shows what there is.", exitCode: 66)
  }
}
