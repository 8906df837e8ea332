extension OperatorLibrary {
  static let indexing: [any OperatorDefinition] = [GatherDefinition()]
}
