extension OperatorLibrary {
  static let quantized: [any OperatorDefinition] = [
    QuantizeLinearDefinition(), DequantizeLinearDefinition(), DynamicQuantizeLinearDefinition(),
    IntegerMatMulDefinition(), IntegerConvDefinition(),
  ]
}
