extension OperatorLibrary {
  static let reductions: [any OperatorDefinition] = []
}
