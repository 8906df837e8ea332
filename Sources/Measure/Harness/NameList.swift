/// Names as the user writes them, checked against those that exist.
enum NameList {
  /// The names of a comma list; blanks around them do not matter.
  static func split(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }

  /// The spelling in `known` that equals `name` but for case, or a sentence that names the nearest.
  static func match(_ name: String, in known: [String], kind: String) -> Result<String, UnknownName> {
    if let exact = known.first(where: { $0 == name }) { return .success(exact) }
    if let match = known.first(where: { $0.lowercased() == name.lowercased() }) { return .success(match) }
    return .failure(UnknownName(kind: kind, name: String(name.prefix(60)), known: known))
  }
}
