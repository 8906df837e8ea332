/// Reads the placement language from left to right, one character ahead.
///
/// ```
/// words   = name *("," name) | list *("_" list)
/// list    = element *("@" element)
/// element = numbers | domain ":" numbers | "E:" domain ":" number [":" number ":" number]
/// numbers = range *("," range)
/// range   = number ["-" number]
/// domain  = "N" | ("S" | "M" | "D" | "C") number
/// ```
struct PlacementParser {
  private let words: String
  private let characters: [Unicode.Scalar]
  private var index = 0

  init(_ words: String) {
    self.words = words
    characters = Array(words.unicodeScalars)
  }

  mutating func expression() throws(PlacementError) -> PlacementExpression {
    guard let first = next else { throw expected("a name or a list") }
    if ("a"..."z").contains(first) { return .names(try names()) }
    guard Self.isDigit(first) || "NSMDCE".unicodeScalars.contains(first) else {
      throw expected("a name, a CPU number or one of the domains N, S, M, D, C and E")
    }
    var lists = [try list()]
    while skip("_") { lists.append(try list()) }
    return .lists(lists)
  }

  // MARK: Lists

  private mutating func list() throws(PlacementError) -> PlacementExpression.List {
    var elements = [try element()]
    while skip("@") { elements.append(try element()) }
    if let next, next != "_" {
      throw expected(continuation + "\"@\", \"_\" or the end")
    }
    return PlacementExpression.List(elements: elements)
  }

  /// What could go on with the last element, for errors.
  private var continuation = ""

  private mutating func element() throws(PlacementError) -> PlacementExpression.Element {
    if skip("E") {
      try require(":")
      let domain = try domain()
      try require(":")
      let threads = try number(least: 1)
      continuation = "\":\", "
      guard skip(":") else { return .selection(domain, threads: threads, chunk: 1, stride: 1) }
      let chunk = try number(least: 1)
      try require(":")
      continuation = ""
      return .selection(domain, threads: threads, chunk: chunk, stride: try number(least: 1))
    }
    if let next, Self.isDigit(next) { return .pus(try numbers()) }
    guard let next, "NSMDC".unicodeScalars.contains(next) else {
      throw expected("a CPU number or one of the domains N, S, M, D, C and E")
    }
    let domain = try domain()
    try require(":")
    return .logical(domain, try numbers())
  }

  private mutating func domain() throws(PlacementError) -> PlacementExpression.Domain {
    if skip("N") { return .machine }
    if skip("S") { return .package(try number()) }
    if skip("M") { return .node(try number()) }
    if skip("D") { return .die(try number()) }
    if skip("C") { return .cache(try number()) }
    throw expected("one of the domains N, S, M, D and C")
  }

  private mutating func numbers() throws(PlacementError) -> PlacementExpression.Numbers {
    var ranges: [ClosedRange<Int>] = []
    repeat {
      let first = try number()
      let isRange = skip("-")
      continuation = isRange ? "\",\", " : "\"-\", \",\", "
      ranges.append(first...(isRange ? try number(least: first) : first))
    } while skip(",")
    return PlacementExpression.Numbers(ranges)
  }

  private mutating func number(least: Int = 0) throws(PlacementError) -> Int {
    let start = index
    var value = 0
    while let digit = next, Self.isDigit(digit) {
      // Grows no further than ten times the largest number.
      if value <= PlacementExpression.largestNumber { value = value * 10 + Int(digit.value - 48) }
      index += 1
    }
    let end = index
    guard end > start else {
      // A single letter is more likely a slip of the finger.
      let name = rest
      let isName = name.count > 1 && ("a"..."z").contains(name.unicodeScalars.first ?? "0")
      throw expected(
        "a number", found: isName ? name : nil, addition: isName ? "; names and lists cannot be joined" : "")
    }
    guard value <= PlacementExpression.largestNumber else {
      index = start
      throw expected("a number of at most \(PlacementExpression.largestNumber)", found: text(start..<end))
    }
    guard value >= least else {
      index = start
      throw expected("a number of at least \(least)", found: text(start..<end))
    }
    return value
  }

  // MARK: Names

  /// What a name decides; it can be decided once.
  private enum Subject { case grouping, spread, siblings, smt, kind, nodes, kinds }

  private mutating func names() throws(PlacementError) -> PlacementExpression.Names {
    var names = PlacementExpression.Names()
    var said: [Subject: String] = [:]
    repeat {
      let start = index
      let subject = try name(into: &names)
      let name = text(start..<index)
      // Threads on siblings are what no-smt rules out.
      let rival = subject == .smt && names.siblings == .threads ? said[.siblings] : nil
      let other = subject == .siblings && names.siblings == .threads ? said[.smt] : nil
      if let earlier = said[subject] ?? rival ?? other {
        index = start
        throw error(
          earlier == name
            ? "\"\(name)\" is said a second time" : "\"\(name)\" contradicts \"\(earlier)\": say only one of them")
      }
      said[subject] = name
    } while skip(",")
    return names
  }

  private mutating func name(into names: inout PlacementExpression.Names) throws(PlacementError) -> Subject {
    let start = index
    while let next, next != "," { index += 1 }
    let name = text(start..<index)
    if let grouping = PlacementExpression.Grouping(rawValue: name) {
      names.grouping = grouping
      return .grouping
    }
    if let spread = PlacementExpression.Spread(rawValue: name) {
      names.spread = spread
      return .spread
    }
    if let siblings = PlacementExpression.Siblings(rawValue: name) {
      names.siblings = siblings
      return .siblings
    }
    switch name {
    case PlacementWord.noSMT:
      names.isWithoutSMT = true
      return .smt
    case PlacementWord.acrossNUMA:
      names.mayCrossNodes = true
      return .nodes
    case PlacementWord.mixedKinds:
      names.mayMixKinds = true
      return .kinds
    case "kind:performance": names.kind = .performance
    case "kind:efficiency": names.kind = .efficiency
    case let name where name.hasPrefix(PlacementWord.kind):
      index = start + PlacementWord.kind.count
      guard let digit = next, Self.isDigit(digit) else {
        throw expected("\"performance\", \"efficiency\" or a number", found: rest)
      }
      names.kind = .number(try number())
      guard next == nil || next == "," else { throw expected("\",\" or the end") }
    default:
      index = start
      let isList = next.map { !("a"..."z").contains($0) } ?? false
      throw expected(
        "a name (\(Self.known))", found: name,
        addition: isList && start > 0 && !name.isEmpty ? "; names and lists cannot be joined" : "")
    }
    return .kind
  }

  private static let known =
    (PlacementExpression.Spread.allCases.map(\.rawValue) + PlacementExpression.Siblings.allCases.map(\.rawValue)
    + PlacementExpression.Grouping.allCases.map(\.rawValue)
    + [PlacementWord.noSMT, "kind:NAME", PlacementWord.acrossNUMA, PlacementWord.mixedKinds])
    .joined(separator: ", ")

  // MARK: Characters

  private var next: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

  /// What follows up to the next comma.
  private var rest: String { text(index..<(characters[index...].firstIndex(of: ",") ?? characters.count)) }

  private static func isDigit(_ character: Unicode.Scalar) -> Bool { ("0"..."9").contains(character) }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == character else { return false }
    index += 1
    return true
  }

  private mutating func require(_ character: Unicode.Scalar) throws(PlacementError) {
    guard skip(character) else { throw expected("\"\(character)\"") }
  }

  private func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: characters[range])
    return String(text)
  }

  // MARK: Errors

  /// The error of something else standing at the current position; `found` is the next character unless given.
  private func expected(_ what: String, found: String? = nil, addition: String = "") -> PlacementError {
    guard let next else { return error("\(what) was expected, but the words end there") }
    let found = found.flatMap { $0.isEmpty ? nil : $0 } ?? String(next)
    return error("\(what) was expected, not \"\(Self.shortened(found))\"\(addition)")
  }

  private func error(_ problem: String) -> PlacementError {
    PlacementError(
      "\"\(Self.shortened(words))\": at position \(index + 1) \(problem).", position: index + 1)
  }

  private static func shortened(_ text: String) -> String {
    text.unicodeScalars.count > 80 ? String(text.unicodeScalars.prefix(80)) + "…" : text
  }
}
