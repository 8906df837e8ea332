extension OperatorLibrary {
  static let movement: [any OperatorDefinition] = []
}
