extension OperatorLibrary {
  static let elementwise: [any OperatorDefinition] = []
}
