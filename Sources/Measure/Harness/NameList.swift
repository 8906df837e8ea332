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

/// A name that nothing has.
public struct UnknownName: Error, Hashable, CustomStringConvertible {
  /// What it should have named, for example `workload`.
  public let kind: String
  /// The name as given.
  public let name: String
  /// The names that exist.
  public let known: [String]
  /// The name that comes closest by its meaning, where that is known.
  private let suggestion: String?

  /// Makes an error.
  public init(kind: String, name: String, known: [String], suggestion: String? = nil) {
    self.kind = kind
    self.name = name
    self.known = known
    self.suggestion = suggestion
  }

  /// The existing name that is meant: the one with the fewest edits, where few are enough.
  public var nearest: String? {
    if let suggestion { return suggestion }
    let candidates = known.map { ($0, Self.distance($0.lowercased(), name.lowercased())) }
    guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else { return nil }
    return best.0
  }

  /// The problem as a clause.
  public var reason: String {
    let hint = nearest.map { "did you mean `\($0)`?" } ?? "there are \(known.joined(separator: ", "))"
    return "there is no \(kind) `\(name)`; \(hint)"
  }

  /// One sentence for the user.
  public var description: String { reason.prefix(1).uppercased() + reason.dropFirst() + (nearest == nil ? "." : "") }

  /// Levenshtein's distance: insertions, deletions and replacements.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (i, a) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
