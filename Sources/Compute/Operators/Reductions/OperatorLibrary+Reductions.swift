extension OperatorLibrary {
  /// Operators that reduce, search or normalise along axes.
  static let reductions: [any OperatorDefinition] = [ReduceOperators(), LineOperators(), CumulativeOperators()]
}
