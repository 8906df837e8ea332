/// A list of counts as the command line and suites write it: `1,2,4`, `1-8`, `1-16*2`, `1-all`, `all`.
///
/// `a-b` counts up by one, `a-b*k` multiplies by k and stops at the last value that does not exceed b. `all` stands for a
/// number that is known only on the machine, for example all cores. Repeated values count once, in order of appearance.
public struct ListExpression: Hashable, Sendable, CustomStringConvertible {
  /// The text that was parsed.
  public let description: String
  private let terms: [Term]

  /// The most values that an expression may stand for.
  public static let valueLimit = 1024
  /// The largest number that an expression may name where nothing smaller is said.
  public static let numberLimit = 1_000_000

  fileprivate enum Bound: Hashable {
    case number(Int)
    case all
  }

  private enum Term: Hashable {
    case single(Bound)
    case range(Int, Bound, factor: Int?)
  }

  /// Parses a list of numbers up to `limit`; blanks around its parts do not matter.
  public init(_ text: String, upTo limit: Int = ListExpression.numberLimit) throws(ListExpressionError) {
    func fail(_ reason: String) -> ListExpressionError { ListExpressionError(reason: reason) }
    guard text.utf8.count <= 4096 else { throw fail("a list of \(text.utf8.count) characters is too long") }
    var terms: [Term] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = Self.trimmed(part)
      guard !word.isEmpty else { throw fail("`\(text)` has an empty place; write a list such as 1,2,4 or 1-16*2") }
      terms.append(try Self.term(word, upTo: limit))
    }
    self.terms = terms
    self.description = Self.trimmed(text[...])
  }

  /// The values, where `all` stands for `all`.
  public func values(all: Int) throws(ListExpressionError) -> [Int] {
    var values: [Int] = []
    var seen: Set<Int> = []
    func add(_ value: Int) throws(ListExpressionError) {
      guard seen.insert(value).inserted else { return }
      guard values.count < Self.valueLimit else {
        throw ListExpressionError(reason: "`\(description)` stands for more than \(Self.valueLimit) values")
      }
      values.append(value)
    }
    func number(_ bound: Bound) -> Int {
      switch bound {
      case .number(let number): number
      case .all: all
      }
    }
    for term in terms {
      switch term {
      case .single(let bound): try add(number(bound))
      case .range(let first, let bound, let factor):
        let last = number(bound)
        guard first <= last else {
          throw ListExpressionError(reason: "`\(first)-\(bound.text)` ends at \(last), below its start")
        }
        var value = first
        while value <= last {
          try add(value)
          // Neither step overflows: values stay below numberLimit (or `all`), factors too.
          value = factor.map { value * $0 } ?? value + 1
        }
      }
    }
    return values
  }

  private static func term(_ word: String, upTo limit: Int) throws(ListExpressionError) -> Term {
    if word == "all" { return .single(.all) }
    guard let dash = word.firstIndex(of: "-") else { return .single(.number(try number(word, in: word, upTo: limit))) }
    let first = try number(trimmed(word[..<dash]), in: word, upTo: limit)
    var rest = word[word.index(after: dash)...]
    var factor: Int?
    if let star = rest.firstIndex(of: "*") {
      let value = try number(trimmed(rest[rest.index(after: star)...]), in: word, upTo: limit)
      guard value >= 2 else { throw ListExpressionError(reason: "`\(word)` multiplies by \(value) and never ends") }
      factor = value
      rest = rest[..<star]
    }
    let end = trimmed(rest)
    let last: Bound = end == "all" ? .all : .number(try number(end, in: word, upTo: limit))
    if case .number(let value) = last, value < first {
      throw ListExpressionError(reason: "`\(word)` counts down; write the smaller number first")
    }
    return .range(first, last, factor: factor)
  }

  private static func number(_ text: String, in word: String, upTo limit: Int) throws(ListExpressionError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw ListExpressionError(
        reason: "`\(word.prefix(40))` is no count; write numbers and ranges such as 4, 1-8, 1-16*2 or all")
    }
    guard let value = Int(text), value <= limit else {
      throw ListExpressionError(reason: "`\(word.prefix(40))` exceeds \(limit)")
    }
    guard value >= 1 else { throw ListExpressionError(reason: "`\(word)` is below 1, the least count") }
    return value
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension ListExpression.Bound {
  fileprivate var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .all: "all"
    }
  }
}

/// A list that cannot be read.
public struct ListExpressionError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let reason: String
  /// One sentence for the user.
  public var description: String { "The list \(reason)." }
}
