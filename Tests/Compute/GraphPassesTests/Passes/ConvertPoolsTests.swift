@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct ConvertPoolsTests {
  @Test(
    arguments: [
      ([1, 2, 7, 8], ["kernel_shape": .ints([3, 2]), "strides": .ints([2, 1])]),
      ([1, 2, 7, 8], ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 0, 0, 1]), "dilations": .ints([2, 1])]),
      ([1, 2, 7, 8], ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "auto_pad": .string("SAME_UPPER")]),
      ([1, 2, 8, 7], ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "ceil_mode": .int(1)]),
      ([1, 2, 7, 7], ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "ceil_mode": .int(1)]),
      ([2, 3, 9], ["kernel_shape": .ints([2]), "strides": .ints([2]), "ceil_mode": .int(1)]),
    ] as [([Int], [String: GeneralOperator.Attribute])])
  func convertsMaximumPools(_ dims: [Int], _ attributes: [String: GeneralOperator.Attribute]) throws {
    var test = TestDraft()
    let source = test.draft.addInput("x", TensorType(.float32, Shape(dims)))
    let result = try test.node("MaxPool", source, attributes: attributes)
    try expectRewrite(test, outputs: [result], by: [ConvertPools()], to: ["maxPool"], tolerance: 0)
  }

  @Test func leavesIndicesAndOtherTypes() throws {
    var test = TestDraft()
    let attributes: [String: GeneralOperator.Attribute] = ["kernel_shape": .ints([2, 2])]
    let both = try test.nodes("MaxPool", [test.input(1, 2, 4, 4)], attributes: attributes, outputs: 2)
    let bytes = try test.node("MaxPool", test.input(1, 2, 4, 4, elementType: .uint8), attributes: attributes)
    try expectUnchanged(test, outputs: both + [bytes], by: [ConvertPools()])
  }

  @Test(arguments: ["GlobalAveragePool", "AveragePool", "ReduceMean", "ReduceMean as operand"])
  func convertsGlobalMeans(_ spelling: String) throws {
    var test = TestDraft()
    let source = test.input(2, 3, 4, 5)
    let result =
      switch spelling {
      case "AveragePool": try test.node("AveragePool", source, attributes: ["kernel_shape": .ints([4, 5])])
      case "ReduceMean": try test.node("ReduceMean", source, attributes: ["axes": .ints([-1, 2])])
      case "ReduceMean as operand": try test.node("ReduceMean", source, test.integers([2, 3]), opset: 18)
      default: try test.node("GlobalAveragePool", source)
      }
    let draft = try expectRewrite(
      test, outputs: [result], by: [ConvertPools()], to: ["globalAveragePool", "Reshape"])
    #expect(draft[result].shape == [2, 3, 1, 1])
    let flat = try test.node("Flatten", result)
    try expectRewrite(
      test, outputs: [flat], by: [ConvertPools(), MergeMovements()], to: ["globalAveragePool"])
  }

  @Test func convertsMeansWithoutKeptDimensions() throws {
    var test = TestDraft()
    let result = try test.node(
      "ReduceMean", test.input(2, 3, 4, 5), attributes: ["axes": .ints([2, 3]), "keepdims": .int(0)])
    try expectRewrite(test, outputs: [result], by: [ConvertPools()], to: ["globalAveragePool"])
  }

  @Test func leavesOtherMeans() throws {
    var test = TestDraft()
    let source = test.input(2, 3, 4, 4)
    let part = try test.node("AveragePool", source, attributes: ["kernel_shape": .ints([2, 4])])
    let padded = try test.node(
      "AveragePool", source,
      attributes: ["kernel_shape": .ints([4, 4]), "pads": .ints([1, 0, 0, 0]), "strides": .ints([2, 1])])
    let channels = try test.node("ReduceMean", source, attributes: ["axes": .ints([1, 2])])
    let line = try test.node("GlobalAveragePool", test.input(2, 3, 4))
    try expectUnchanged(test, outputs: [part, padded, channels, line], by: [ConvertPools()])
  }
}
