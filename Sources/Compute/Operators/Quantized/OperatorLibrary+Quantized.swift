extension OperatorLibrary {
  static let quantized: [any OperatorDefinition] = []
}
