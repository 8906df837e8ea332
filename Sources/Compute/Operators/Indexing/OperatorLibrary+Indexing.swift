extension OperatorLibrary {
  static let indexing: [any OperatorDefinition] = [
    GatherDefinition(), GatherElementsDefinition(), GatherNDDefinition(), ScatterElementsDefinition(),
    ScatterNDDefinition(), OneHotDefinition(), NonZeroDefinition(), TopKDefinition(),
    NonMaxSuppressionDefinition(), RoiAlignDefinition(), EinsumDefinition(),
  ]
}
