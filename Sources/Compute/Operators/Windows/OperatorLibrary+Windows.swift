extension OperatorLibrary {
  static let windows: [any OperatorDefinition] = []
}
