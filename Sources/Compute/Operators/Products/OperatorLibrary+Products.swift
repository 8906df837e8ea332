extension OperatorLibrary {
  static let products: [any OperatorDefinition] = [MatMulDefinition(), GemmDefinition()]
}
