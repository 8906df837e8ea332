extension OperatorLibrary {
  static let recurrent: [any OperatorDefinition] = [RecurrentDefinition()]
}
