/// A name that nothing has.
public struct UnknownName: Error, Hashable, CustomStringConvertible {
  /// What it should have named, for example `workload`.
  public let kind: String
  /// The name as given.
  public let name: String
  /// The names that exist.
  public let known: [String]
  /// The names that come closest by their meaning, where that is known.
  private let meant: [String]

  /// Makes an error.
  ///
  /// - Parameter meant: the names that come closest by their meaning; none where that is not known.
  public init(kind: String, name: String, known: [String], meant: [String] = []) {
    self.kind = kind
    self.name = name
    self.known = known
    self.meant = meant
  }

  /// The existing names that may be meant: the one with the fewest edits where few are enough, else all that begin with
  /// what was given, else all that contain it.
  public var suggestions: [String] {
    if !meant.isEmpty { return meant }
    let given = name.lowercased()
    let candidates = known.map { ($0, Self.distance($0.lowercased(), given)) }
    if let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) { return [best.0] }
    // A letter or two begin or lie in much that is not meant.
    let beginning = given.count < 2 ? [] : known.filter { $0.lowercased().hasPrefix(given) }
    if !beginning.isEmpty { return beginning }
    return given.count < 3 ? [] : known.filter { $0.lowercased().contains(given) }
  }

  /// The problem as a clause.
  public var reason: String { sentence(of: suggestions, end: "") }

  /// One sentence for the user.
  public var description: String {
    let sentence = sentence(of: suggestions, end: ".")
    return sentence.prefix(1).uppercased() + sentence.dropFirst()
  }

  /// A question about what may be meant, or a statement, ended by `end`, of what there is.
  private func sentence(of suggestions: [String], end: String) -> String {
    let names = suggestions.map { "`\($0)`" }
    let hint =
      switch names.count {
      case 0: "there are \(known.joined(separator: ", "))\(end)"
      case 1: "did you mean \(names[0])?"
      default: "did you mean \(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])?"
      }
    return "there is no \(kind) `\(name)`; \(hint)"
  }

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
