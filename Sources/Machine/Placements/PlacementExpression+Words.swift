extension PlacementExpression {
  /// The canonical form: parsing it gives this expression again, and equal expressions have equal words.
  public var words: String {
    switch self {
    case .names(let names): names.words
    case .lists(let lists): lists.map(\.words).joined(separator: "_")
    }
  }
}

extension PlacementExpression.Names {
  /// The names in a fixed order; `compact` only where nothing else is said.
  var words: String {
    var words: [String] = []
    if let grouping { words.append(grouping.rawValue) }
    if spread == .scatter { words.append(spread.rawValue) }
    if let siblings { words.append(siblings.rawValue) }
    if isWithoutSMT { words.append(PlacementWord.noSMT) }
    if let kind { words.append(kind.word) }
    if mayCrossNodes { words.append(PlacementWord.acrossNUMA) }
    if mayMixKinds { words.append(PlacementWord.mixedKinds) }
    return words.isEmpty ? PlacementExpression.Spread.compact.rawValue : words.joined(separator: ",")
  }
}

extension PlacementExpression.Kind {
  /// The word that asks for this kind.
  var word: String {
    switch self {
    case .performance: "kind:performance"
    case .efficiency: "kind:efficiency"
    case .number(let number): "kind:\(number)"
    }
  }
}

extension PlacementExpression.List {
  /// The canonical form of one instance's list.
  var words: String { elements.map(\.words).joined(separator: "@") }
}

extension PlacementExpression.Element {
  fileprivate var words: String {
    switch self {
    case .pus(let numbers): numbers.words
    case .logical(let domain, let numbers): "\(domain.word):\(numbers.words)"
    case .selection(let domain, let threads, 1, 1): "E:\(domain.word):\(threads)"
    case .selection(let domain, let threads, let chunk, let stride):
      "E:\(domain.word):\(threads):\(chunk):\(stride)"
    }
  }
}

extension PlacementExpression.Numbers {
  fileprivate var words: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}

extension PlacementExpression.Domain {
  /// The domain as it is written, for example `M0`.
  var word: String {
    switch self {
    case .machine: "N"
    case .package(let number): "S\(number)"
    case .node(let number): "M\(number)"
    case .die(let number): "D\(number)"
    case .cache(let number): "C\(number)"
    }
  }
}

/// Words that are not the name of an enumeration's case.
enum PlacementWord {
  static let noSMT = "no-smt"
  static let kind = "kind:"
  static let acrossNUMA = "across-numa"
  static let mixedKinds = "mixed-kinds"
}
