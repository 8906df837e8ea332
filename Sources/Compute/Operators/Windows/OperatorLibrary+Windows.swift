extension OperatorLibrary {
  static let windows: [any OperatorDefinition] = [
    ConvDefinition(), ConvTransposeDefinition(), MaxPoolDefinition(), AveragePoolDefinition(), GlobalPoolDefinition(),
    LRNDefinition(), Col2ImDefinition(),
  ]
}
