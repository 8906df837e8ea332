import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct ConvTransposeTests {
  /// Extents of the image to make, and the convolution that goes back from it.
  struct Case: CustomTestStringConvertible {
    var image: [Int]
    var inputs: Int
    var kernel: [Int]
    var groups = 1
    var strides: [Int]
    var dilations: [Int]
    var pads: [Int]
    var attributes: [String: GeneralOperator.Attribute] = [:]
    var type = ElementType.float32
    var testDescription: String { "\(image) \(inputs) \(kernel) \(strides) \(pads) \(attributes)" }
  }

  @Test(arguments: [
    Case(image: [1, 2, 9, 9], inputs: 3, kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [0, 0, 0, 0]),
    Case(
      image: [2, 4, 7, 10], inputs: 6, kernel: [3, 4], groups: 2, strides: [2, 3], dilations: [1, 1],
      pads: [1, 1, 1, 2]),
    Case(image: [1, 3, 699], inputs: 2, kernel: [4], strides: [2], dilations: [2], pads: [1, 1], type: .float64),
    Case(image: [1, 3, 11], inputs: 2, kernel: [5], strides: [1], dilations: [2], pads: [3, 0]),
    Case(
      image: [1, 1, 10, 8], inputs: 1, kernel: [3, 3], strides: [3, 2], dilations: [1, 1], pads: [0, 0, -1, -1],
      attributes: ["output_padding": .ints([1, 1])]),
    Case(
      image: [1, 1, 10, 8], inputs: 1, kernel: [3, 3], strides: [3, 2], dilations: [1, 1], pads: [0, 0, -1, -1],
      attributes: ["output_shape": .ints([10, 8])]),
    Case(
      image: [1, 2, 6, 6], inputs: 2, kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [0, 0, 1, 1],
      attributes: ["auto_pad": .string("SAME_UPPER")]),
    Case(
      image: [1, 2, 6, 6], inputs: 2, kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [1, 1, 0, 0],
      attributes: ["auto_pad": .string("SAME_LOWER")]),
  ]) func undoesTheConvolution(_ test: Case) throws {
    let weights = [test.inputs, test.image[1] / test.groups] + test.kernel
    let naive = NaiveConvolution(
      image: test.image, weights: weights, groups: test.groups, strides: test.strides, dilations: test.dilations,
      pads: test.pads)
    let y = quarters(naive.result.reduce(1, *)), w = quarters(weights.reduce(1, *), seed: 4)
    let bias = quarters(test.image[1], seed: 5)
    var attributes = test.attributes
    attributes["strides"] = .ints(test.strides)
    attributes["dilations"] = .ints(test.dilations)
    if attributes.count == 2 { attributes["pads"] = .ints(test.pads) }
    if test.groups != 1 { attributes["group"] = .int(test.groups) }
    expect(
      OperatorUse(
        "ConvTranspose", attributes,
        [
          try .of(test.type, Shape(naive.result), y), try .of(test.type, Shape(weights), w),
          try .of(test.type, [test.image[1]], bias),
        ]),
      gives: [try .of(test.type, Shape(test.image), naive.transposed(y, w, bias: bias))])
  }

  @Test(
    arguments: [
      (["pads": .ints([9, 9, 9, 9])], "leaves nothing"), (["output_shape": .ints([0, 3])], "output_shape"),
      (["output_padding": .ints([-1, 0])], "output_padding"), (["strides": .ints([1 << 31, 1])], "strides"),
      (["group": .int(2)], "groups"), (["group": .int(Int.max)], "groups"),
      (["output_shape": .ints([3])], "output_shape"),
      (["strides": .ints([(1 << 30) - 1, 1]), "output_shape": .ints([3, 3])], "a padded extent of 2147483649"),
    ] as [([String: GeneralOperator.Attribute], String)])
  func refusesHostileAttributes(_ attributes: [String: GeneralOperator.Attribute], _ words: String) throws {
    expectRefusal(
      OperatorUse(
        "ConvTranspose", attributes,
        [try .of(.float32, [1, 1, 3, 3], quarters(9)), try .of(.float32, [1, 1, 3, 3], quarters(9))]), words)
  }
}
