extension OperatorLibrary {
  static let movement: [any OperatorDefinition] = [
    ReshapeDefinition(), FlattenDefinition(), SqueezeDefinition(), TransposeDefinition(), ConcatDefinition(),
    SplitDefinition(), SliceDefinition(), ExpandDefinition(), ShapeDefinition(), ConstantOfShapeDefinition(),
    RangeDefinition(), PadDefinition(), DepthToSpaceDefinition(), TriluDefinition(), ReverseSequenceDefinition(),
    EyeLikeDefinition(), CompressDefinition(), ResizeDefinition(),
  ]
}
