import NumericFormats
import Placements
import Records
import Yams

/// Reads suites from YAML. Suites may come from strangers: size, nesting and list lengths are capped, anchors refused.
public struct SuiteParser {
  /// The largest text in bytes.
  public static let sizeLimit = 1 << 20
  private static let lineLimit = 1000
  private static let bracketLimit = 500
  private static let groupLimit = 64
  private static let listLimit = 64

  private let file: String
  private let vocabulary: SuiteVocabulary

  /// Makes a parser that calls the text `file` in its errors.
  public init(file: String, vocabulary: SuiteVocabulary) {
    self.file = file
    self.vocabulary = vocabulary
  }

  /// Reads a suite.
  ///
  /// - Throws: ``SuiteError`` with file, line and column.
  public func parse(_ text: String, name: String) throws(SuiteError) -> Suite {
    try checkText(text)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.error(from: error, file: file)
    } catch {
      throw fail(nil, "the text is not YAML: \(error)")
    }
    guard let root, case .mapping(let mapping) = root else {
      throw fail(root, "a suite is a mapping with the key `groups`; see Benchmarks/suites for examples")
    }
    var suite = Suite(name: name, summary: "", groups: [], settings: RunSettings())
    var groups: Node?
    var places: [String: Node] = [:]
    for (key, value) in mapping {
      let name = try scalar(key, "a key")
      places[name] = value
      switch name {
      case "summary": suite.summary = try scalar(value, name)
      case "groups": groups = value
      default: try read(name, value, key, into: &suite.settings)
      }
    }
    if let problem = suite.settings.problem() { throw fail(places[problem.key], problem.reason) }
    guard let groups else { throw fail(root, "the key `groups` is missing: a suite needs at least one group of cells") }
    suite.groups = try parseGroups(groups)
    return suite
  }

  // MARK: Keys

  private func read(_ name: String, _ value: Node, _ key: Node, into settings: inout RunSettings) throws(SuiteError) {
    switch name {
    case "rounds": settings.rounds = try integer(value, name)
    case "min-duration": settings.minDuration = try seconds(value, name)
    case "min-queries": settings.minQueryCount = try integer(value, name)
    case "max-warm-up": settings.maxWarmUp = try seconds(value, name)
    case "timeout": settings.timeout = try seconds(value, name)
    case "seed":
      guard let seed = UInt64(try scalar(value, name)) else {
        throw fail(value, "seed must be a whole number from 0 to \(UInt64.max)")
      }
      settings.seed = seed
    case "blas-core": settings.blasCore = try scalar(value, name)
    case "max-isa": settings.maxISA = try scalar(value, name).lowercased()
    case "calibration-method": settings.calibrationMethod = try scalar(value, name)
    case "calibration-samples": settings.calibrationSamples = try integer(value, name)
    case "blas-threads": settings.blasThreads = try integer(value, name)
    case "fidelity-samples": settings.fidelitySamples = try integer(value, name)
    default: throw unknownKey(name, key, among: Self.suiteKeys)
    }
  }

  private static let suiteKeys = [
    "summary", "groups", "rounds", "min-duration", "min-queries", "max-warm-up", "timeout", "seed", "blas-core",
    "max-isa", "fidelity-samples", "calibration-method", "calibration-samples",
    "blas-threads",
  ]
  private static let groupKeys = [
    "workload", "precision", "engine", "threads", "batch", "scenario", "placement", "instances", "memory-policy",
    "huge-pages", "oversubscribe",
  ]

  private func parseGroups(_ node: Node) throws(SuiteError) -> [CellLists] {
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      throw fail(node, "`groups` must be a list of at least one group")
    }
    guard sequence.count <= Self.groupLimit else {
      throw fail(node, "\(sequence.count) groups are more than the \(Self.groupLimit) that a suite may have")
    }
    var groups: [CellLists] = []
    for item in sequence { groups.append(try parseGroup(item)) }
    return groups
  }

  private func parseGroup(_ node: Node) throws(SuiteError) -> CellLists {
    guard case .mapping(let mapping) = node else {
      throw fail(node, "a group is a mapping with keys such as `workload` and `threads`")
    }
    var group = CellLists()
    for (key, value) in mapping {
      let name = try scalar(key, "a key")
      switch name {
      case "workload": group.workloads = try names(value, name, vocabulary.workloads)
      case "precision": group.precisions = try names(value, name, Precision.measurable.map(\.rawValue))
      case "engine": group.engines = try names(value, name, vocabulary.engines)
      case "threads": group.threads = try counts(value, name, upTo: ListExpression.numberLimit)
      case "batch": group.batches = try counts(value, name, upTo: RunFigure.batches.upperBound)
      case "scenario": group.scenarios = try names(value, name, Scenario.allCases.map(\.rawValue))
      case "placement": group.placements = try placements(value, name)
      case "instances": group.instances = try counts(value, name, upTo: ListExpression.numberLimit)
      case "memory-policy": group.memory = try names(value, name, MemoryPolicy.allCases.map(\.rawValue))
      case "huge-pages": group.hugePages = try flag(value, name)
      case "oversubscribe": group.oversubscribe = try flag(value, name)
      default: throw unknownKey(name, key, among: Self.groupKeys)
      }
    }
    guard group.workloads != nil else { throw fail(node, "the key `workload` is missing from this group") }
    return group
  }

  // MARK: Values

  private func scalar(_ node: Node, _ name: String) throws(SuiteError) -> String {
    guard case .scalar(let scalar) = node else { throw fail(node, "`\(name)` must be a single value, not a list") }
    return scalar.string
  }

  private func integer(_ node: Node, _ name: String) throws(SuiteError) -> Int {
    let text = try scalar(node, name)
    guard let value = Int(text) else { throw fail(node, "`\(name)` must be a whole number and is `\(shown(text))`") }
    return value
  }

  private func seconds(_ node: Node, _ name: String) throws(SuiteError) -> Double {
    let text = try scalar(node, name)
    guard let value = Double(text), value.isFinite else {
      throw fail(node, "`\(name)` must be a number of seconds and is `\(shown(text))`")
    }
    return value
  }

  /// A scalar (itself a comma list) or a sequence of scalars, each with its node.
  private func items(_ node: Node, _ name: String) throws(SuiteError) -> [(Node, String)] {
    switch node {
    case .scalar(let scalar): return NameList.split(scalar.string).map { (node, $0) }
    case .sequence(let sequence):
      guard !sequence.isEmpty, sequence.count <= Self.listLimit else {
        throw fail(node, "`\(name)` must list 1 to \(Self.listLimit) values and lists \(sequence.count)")
      }
      var items: [(Node, String)] = []
      for item in sequence { items.append((item, try scalar(item, "an item of \(name)"))) }
      return items
    case .mapping, .alias: throw fail(node, "`\(name)` must be a value or a list of values")
    }
  }

  private func names(_ node: Node, _ kind: String, _ known: [String]) throws(SuiteError) -> [String] {
    var names: [String] = []
    for (place, text) in try items(node, kind) {
      switch NameList.match(text, in: known, kind: kind) {
      case .success(let name): names.append(name)
      case .failure(let unknown): throw fail(place, unknown.reason)
      }
    }
    return names
  }

  /// Words hold commas, so several placements are a list.
  private func placements(_ node: Node, _ name: String) throws(SuiteError) -> [String] {
    var placements: [String] = []
    var parts: [Node] = [node]
    if case .sequence(let sequence) = node {
      guard !sequence.isEmpty, sequence.count <= Self.listLimit else {
        throw fail(node, "`\(name)` must list 1 to \(Self.listLimit) values and lists \(sequence.count)")
      }
      parts = Array(sequence)
    }
    for part in parts {
      let text = try scalar(part, name)
      do { _ = try PlacementExpression(parsing: text) } catch { throw fail(part, "`\(name)`: \(error.description)") }
      placements.append(text)
    }
    return placements
  }

  private func flag(_ node: Node, _ name: String) throws(SuiteError) -> Bool {
    switch try scalar(node, name) {
    case "true", "on", "yes": return true
    case "false", "off", "no": return false
    case let text: throw fail(node, "`\(name)` must be true or false and is `\(shown(text))`")
    }
  }

  private func counts(_ node: Node, _ name: String, upTo limit: Int) throws(SuiteError) -> ListExpression {
    let parts = try items(node, name)
    for (place, text) in parts {
      do { _ = try ListExpression(text, upTo: limit) } catch { throw fail(place, "`\(name)`: \(error.reason)") }
    }
    do {
      return try ListExpression(parts.map { $0.1 }.joined(separator: ","), upTo: limit)
    } catch {
      throw fail(node, "`\(name)`: \(error.reason)")
    }
  }

  // MARK: Errors

  private func fail(_ node: Node?, _ reason: String) -> SuiteError {
    let mark = node?.mark.map { ":\($0.line):\($0.column)" } ?? ""
    return SuiteError(kind: .malformed, place: file + mark, reason: reason)
  }

  private func unknownKey(_ name: String, _ key: Node, among known: [String]) -> SuiteError {
    fail(key, UnknownName(kind: "key", name: shown(name), known: known).reason)
  }

  private func shown(_ text: String) -> String { text.count <= 40 ? text : text.prefix(40) + "..." }

  private static func error(from error: YamlError, file: String) -> SuiteError {
    func make(_ mark: Mark?, _ problem: String) -> SuiteError {
      let place = mark.map { "\(file):\($0.line):\($0.column)" } ?? file
      return SuiteError(kind: .malformed, place: place, reason: problem)
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return make(mark, "the text is not YAML here: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return make(context.mark, "a key is there twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))")
    default: return make(nil, "the text is not YAML: \(error)")
    }
  }

  // MARK: Text

  /// Caps on the bare text, so that neither the YAML library's recursion nor an alias bomb can be reached.
  ///
  /// Block nesting needs indentation, so lines bound its depth; brackets bound that of flow collections.
  private func checkText(_ text: String) throws(SuiteError) {
    guard text.utf8.count <= Self.sizeLimit else {
      throw SuiteError(
        kind: .malformed, place: file,
        reason: "\(text.utf8.count) bytes are more than the \(Self.sizeLimit) that a suite may have")
    }
    var brackets = 0
    var (line, column) = (1, 0)
    var previous = UInt8(ascii: "\n")
    var inComment = false
    for byte in text.utf8 {
      column += 1
      if byte == UInt8(ascii: "\n") {
        (line, column, inComment, previous) = (line + 1, 0, false, byte)
        continue
      }
      func fail(_ reason: String) -> SuiteError {
        SuiteError(kind: .malformed, place: "\(file):\(line):\(column)", reason: reason)
      }
      guard column <= Self.lineLimit else { throw fail("a line has more than \(Self.lineLimit) bytes") }
      let startsToken = " \t\n[{,:-?".utf8.contains(previous)
      if byte == UInt8(ascii: "#"), startsToken { inComment = true }
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        brackets += 1
        guard brackets <= Self.bracketLimit else { throw fail("there are more than \(Self.bracketLimit) brackets") }
      }
      if !inComment, startsToken, byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
        throw fail("suites have no anchors and aliases (`&` and `*` before a word)")
      }
      previous = byte
    }
  }
}
