extension OperatorLibrary {
  static let normalization: [any OperatorDefinition] = [
    BatchNormalizationDefinition(), LayerNormalizationDefinition(), GroupNormalizationDefinition(),
    MeanVarianceNormalizationDefinition(),
  ]
}
