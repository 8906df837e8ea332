extension OperatorLibrary {
  /// Operators that compute each element of their result from the elements at the same place.
  static let elementwise: [any OperatorDefinition] = [
    UnaryOperators(), BinaryOperators(), VariadicOperators(), PowOperator(), WhereOperator(), ClipOperator(),
    ConversionOperators(), DropoutOperator(),
  ]
}
