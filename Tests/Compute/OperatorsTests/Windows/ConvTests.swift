import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct ConvTests {
  struct Case: CustomTestStringConvertible {
    var image: [Int]
    var outputs: Int
    var kernel: [Int]
    var groups = 1
    var strides: [Int]?
    var dilations: [Int]?
    var pads: [Int]?
    var type = ElementType.float32
    var testDescription: String { "\(image) \(outputs) \(kernel) \(groups) \(strides ?? []) \(dilations ?? [])" }
  }

  static let cases = [
    Case(image: [2, 3, 9], outputs: 4, kernel: [3], strides: [2], pads: [1, 2]),
    Case(image: [1, 4, 5, 6], outputs: 5, kernel: [3, 3]),
    Case(image: [2, 4, 5, 6], outputs: 8, kernel: [1, 1]),
    Case(image: [1, 3, 7, 8], outputs: 6, kernel: [3, 2], groups: 3, strides: [2, 1], pads: [1, 0, 2, 1]),
    Case(image: [1, 6, 7, 8], outputs: 6, kernel: [3, 3], groups: 6, dilations: [2, 3], pads: [2, 3, 2, 3]),
    Case(image: [1, 4, 4, 600], outputs: 4, kernel: [3, 3], groups: 4, strides: [1, 2], pads: [1, 1, 1, 1]),
    Case(image: [1, 8, 9, 9], outputs: 8, kernel: [5, 5], groups: 2, pads: [4, 0, 3, 1]),
    Case(image: [1, 2, 4, 5, 6], outputs: 4, kernel: [2, 3, 2], strides: [1, 2, 2], pads: [1, 1, 0, 0, 1, 1]),
    Case(image: [1, 3, 6, 7], outputs: 4, kernel: [3, 3], pads: [5, 5, 5, 5], type: .float64),
    Case(image: [0, 3, 6, 7], outputs: 4, kernel: [3, 3]),
    Case(image: [1, 0, 6, 7], outputs: 4, kernel: [3, 3]),
  ]

  @Test(arguments: cases, [false, true]) func equalsItsDefinition(_ test: Case, hasBias: Bool) throws {
    let rank = test.kernel.count
    let (strides, dilations) = (
      test.strides ?? .init(repeating: 1, count: rank), test.dilations ?? .init(repeating: 1, count: rank)
    )
    let pads = test.pads ?? .init(repeating: 0, count: 2 * rank)
    let weights = [test.outputs, test.image[1] / test.groups] + test.kernel
    let x = quarters(test.image.reduce(1, *)), w = quarters(weights.reduce(1, *), seed: 1)
    let bias = hasBias ? quarters(test.outputs, seed: 2) : nil
    let naive = NaiveConvolution(
      image: test.image, weights: weights, groups: test.groups, strides: strides, dilations: dilations, pads: pads)
    var attributes: [String: GeneralOperator.Attribute] = [:]
    if test.groups != 1 { attributes["group"] = .int(test.groups) }
    if let strides = test.strides { attributes["strides"] = .ints(strides) }
    if let dilations = test.dilations { attributes["dilations"] = .ints(dilations) }
    if let pads = test.pads { attributes["pads"] = .ints(pads) }
    let inputs = [
      try Tensor.of(test.type, Shape(test.image), x), try Tensor.of(test.type, Shape(weights), w),
      try bias.map { try Tensor.of(test.type, [test.outputs], $0) },
    ]
    expect(
      OperatorUse("Conv", attributes, inputs),
      gives: [try Tensor.of(test.type, Shape(naive.result), naive.sums(x, w, bias: bias))])
  }

  /// SAME keeps ceil(extent / stride); an odd padding is larger at the end for SAME_UPPER.
  @Test(arguments: [("SAME_UPPER", [0, 1, 1, 1]), ("SAME_LOWER", [1, 1, 0, 1]), ("VALID", [0, 0, 0, 0])])
  func automaticPaddingEqualsExplicit(_ mode: String, _ pads: [Int]) throws {
    let inputs = [
      try Tensor.of(.float32, [1, 1, 4, 5], quarters(20)), try Tensor.of(.float32, [1, 1, 3, 3], quarters(9, seed: 3)),
    ]
    let want = try OperatorUse("Conv", ["pads": .ints(pads), "strides": .ints([2, 2])], inputs).outputs()
    let use = OperatorUse("Conv", ["auto_pad": .string(mode), "strides": .ints([2, 2])], inputs)
    expect(use, gives: want)
  }

  @Test(
    arguments: [
      (["group": .int(0)], "groups"), (["group": .int(3)], "groups"), (["strides": .ints([0, 1])], "strides"),
      (["strides": .ints([1])], "strides"), (["pads": .ints([-1, 0, 0, 0])], "pads"),
      (["pads": .ints([1 << 40, 0, 0, 0])], "pads"), (["dilations": .ints([1 << 29, 1])], "exceeds"),
      (["dilations": .ints([Int.max, 1])], "dilations"), (["kernel_shape": .ints([2, 3])], "kernel_shape"),
      (["auto_pad": .string("SOME")], "auto_pad"),
      (["auto_pad": .string("SAME_UPPER"), "dilations": .ints([(1 << 30) - 1, 1])], "a padded extent of 2147483650"),
      (["pads": .ints([(1 << 30) - 1, 0, (1 << 30) - 1, 0])], "a padded extent of 2147483650"),
      (["auto_pad": .string("VALID"), "pads": .ints([1, 0, 0, 0])], "pads"),
    ] as [([String: GeneralOperator.Attribute], String)])
  func refusesHostileAttributes(_ attributes: [String: GeneralOperator.Attribute], _ words: String) throws {
    let inputs = [
      try Tensor.of(.float32, [1, 2, 4, 5], quarters(40)), try Tensor.of(.float32, [2, 2, 3, 3], quarters(36)),
    ]
    expectRefusal(OperatorUse("Conv", attributes, inputs), words)
  }

  @Test func refusesShapesThatDoNotFit() throws {
    let image = try Tensor.of(.float32, [1, 2, 4, 5], quarters(40))
    expectRefusal(OperatorUse("Conv", [image, try .of(.float32, [2, 2, 5, 3], quarters(60))]), "exceeds")
    expectRefusal(OperatorUse("Conv", [image, try .of(.float32, [2, 2, 3], quarters(12))]), "dimensions")
    expectRefusal(OperatorUse("Conv", [image, try .of(.float64, [2, 2, 3, 3], quarters(36))]), "float64")
    let weights = try Tensor.of(.float32, [2, 2, 3, 3], quarters(36))
    expectRefusal(OperatorUse("Conv", [image, weights, try .of(.float32, [3], quarters(3))]), "input 2")
    expectRefusal(OperatorUse("Conv", [image]), "input 1")
  }
}
