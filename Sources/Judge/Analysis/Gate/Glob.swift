/// A pattern in which `*` stands for any text, slashes included, and `?` for one character.
public struct Glob: Hashable, Sendable {
  private let pattern: [Character]

  /// Makes a pattern.
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Whether all of a text matches; takes at most pattern times text steps.
  public func matches(_ text: String) -> Bool {
    let text = Array(text)
    var (p, t) = (0, 0)
    // Where the last star was, and how much of the text it has taken.
    var star: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (p, t) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
