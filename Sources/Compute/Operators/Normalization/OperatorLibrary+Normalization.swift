extension OperatorLibrary {
  static let normalization: [any OperatorDefinition] = []
}
