import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct IntegerProductTests {
  static let types: [(ElementType, ElementType)] = [(.uint8, .int8), (.uint8, .uint8), (.int8, .int8), (.int8, .uint8)]

  /// Which zero points there are: none, one, one for each row or column.
  enum Zeros: CaseIterable { case none, one, each }

  /// Depths below, at and above what FP32 sums exactly, few rows and many.
  @Test(arguments: types, Zeros.allCases) func multipliesExactly(_ types: (ElementType, ElementType), zeros: Zeros)
    throws
  {
    for (m, n, k) in [(1, 600, 5), (9, 3, 300), (70, 4, 530)] {
      // Extreme values, so that sums are as large as they get.
      let a = bytes(types.0, m * k).map { types.0 == .uint8 ? 255 - $0.truncatingRemainder(dividingBy: 7) : $0 }
      let b = bytes(types.1, k * n, seed: 1)
      let zeroA = zeros == .none ? nil : bytes(types.0, zeros == .each ? m : 1, seed: 2)
      let zeroB = zeros == .none ? nil : bytes(types.1, zeros == .each ? n : 1, seed: 3)
      var sums: [Double] = []
      for i in 0..<m {
        for j in 0..<n {
          let (offsetA, offsetB) = (
            zeroA.map { $0[zeros == .each ? i : 0] } ?? 0, zeroB.map { $0[zeros == .each ? j : 0] } ?? 0
          )
          sums.append((0..<k).reduce(0) { $0 + (a[i * k + $1] - offsetA) * (b[$1 * n + j] - offsetB) })
        }
      }
      let (x, y) = (try Tensor.of(types.0, [m, k], a), try Tensor.of(types.1, [k, n], b))
      let zeroX = try zeroA.map { try Tensor.of(types.0, zeros == .each ? [m] : [], $0) }
      let zeroY = try zeroB.map { try Tensor.of(types.1, zeros == .each ? [n] : [], $0) }
      expect(OperatorUse("MatMulInteger", [x, y, zeroX, zeroY]), gives: [try .of(.int32, [m, n], sums)])
      guard let zeroX, let zeroY else { continue }
      let (scaleX, scaleY) = (
        (0..<(zeros == .each ? m : 1)).map { Double(1 << ($0 % 3)) / 4096 },
        (0..<(zeros == .each ? n : 1)).map { Double(1 << ($0 % 4)) / 256 }
      )
      let want = sums.indices.map { index in
        let scale = scaleX[zeros == .each ? index / n : 0] * scaleY[zeros == .each ? index % n : 0] * 2
        return min(max((Double(Float(sums[index])) * scale).rounded(.toNearestOrEven) + 3, -128), 127)
      }
      expect(
        OperatorUse(
          "QLinearMatMul",
          [
            x, try .of(.float32, Shape([scaleX.count]), scaleX), zeroX, y,
            try .of(.float32, Shape([scaleY.count]), scaleY), zeroY, try .f32([], [0.5]), try .of(.int8, [], [3]),
          ]),
        gives: [try .of(.int8, [m, n], want)])
    }
  }

  @Test func takesZeroPointsOfEachMatrix() throws {
    let a = try Tensor.of(.uint8, [2, 1, 2], [1, 2, 3, 4]), b = try Tensor.of(.int8, [2, 2, 1], [5, 6, 7, 8])
    expect(
      OperatorUse("MatMulInteger", [a, b, try .of(.uint8, [2, 1, 1], [1, 2]), try .of(.int8, [2, 1, 1], [3, 4])]),
      gives: [try .of(.int32, [2, 1, 1], [3, 11])])
    expectRefusal(OperatorUse("MatMulInteger", [a, b, try .of(.uint8, [3], [1, 2, 3])]), "fits no rows")
    expectRefusal(OperatorUse("MatMulInteger", [a, b, try .of(.int8, [], [1])]), "int8")
  }

  struct Convolution: CustomTestStringConvertible {
    var image: [Int]
    var weights: [Int]
    var groups = 1
    var strides = [1, 1]
    var pads = [0, 0, 0, 0]
    var testDescription: String { "\(image) \(weights) \(groups) \(pads)" }
  }

  @Test(
    arguments: [
      Convolution(image: [2, 3, 6, 7], weights: [5, 3, 3, 3], strides: [2, 1], pads: [1, 0, 2, 1]),
      Convolution(image: [1, 4, 6, 7], weights: [4, 1, 3, 3], groups: 4, pads: [1, 1, 1, 1]),
      Convolution(image: [1, 150, 3, 3], weights: [6, 150, 2, 2], pads: [1, 1, 0, 0]),
      Convolution(image: [1, 8, 5, 30], weights: [8, 4, 1, 1], groups: 2),
    ], types)
  func convolvesExactly(_ test: Convolution, types: (ElementType, ElementType)) throws {
    let x = bytes(types.0, test.image.reduce(1, *)), w = bytes(types.1, test.weights.reduce(1, *), seed: 1)
    let zeroX = bytes(types.0, 1, seed: 9), channels = test.weights[0]
    let zeroW = bytes(types.1, channels, seed: 4)
    let naive = NaiveConvolution(
      image: test.image, weights: test.weights, groups: test.groups, strides: test.strides, dilations: [1, 1],
      pads: test.pads)
    let taps = test.weights.dropFirst().reduce(1, *)
    let sums = naive.sums(x.map { $0 - zeroX[0] }, w.indices.map { w[$0] - zeroW[$0 / taps] }, bias: nil)
    let attributes: [String: GeneralOperator.Attribute] = [
      "group": .int(test.groups), "strides": .ints(test.strides), "pads": .ints(test.pads),
    ]
    let (image, weights) = (
      try Tensor.of(types.0, Shape(test.image), x), try Tensor.of(types.1, Shape(test.weights), w)
    )
    let (offset, offsets) = (try Tensor.of(types.0, [], zeroX), try Tensor.of(types.1, [channels], zeroW))
    expect(
      OperatorUse("ConvInteger", attributes, [image, weights, offset, offsets]),
      gives: [try .of(.int32, Shape(naive.result), sums)])
    let scales = (0..<channels).map { Double(1 << ($0 % 3)) / 65536 }
    let bias = (0..<channels).map { Double($0 * 1000 - 3000) }
    let plane = naive.result.dropFirst(2).reduce(1, *)
    let want = sums.indices.map { index in
      let channel = index / plane % channels
      let value = Double(Float(sums[index] + bias[channel])) * scales[channel] * 2
      return min(max(value.rounded(.toNearestOrEven) + 128, 0), 255)
    }
    expect(
      OperatorUse(
        "QLinearConv", attributes,
        [
          image, try .f32([], [0.5]), offset, weights, try .of(.float32, [channels], scales), offsets,
          try .f32([], [0.25]),
          try .of(.uint8, [], [128]), try .of(.int32, [channels], bias),
        ]),
      gives: [try .of(.uint8, Shape(naive.result), want)])
  }

  @Test func refusesParametersThatDoNotFit() throws {
    let image = try Tensor.of(.uint8, [1, 1, 3, 3], bytes(.uint8, 9)),
      weights = try Tensor.of(.int8, [2, 1, 2, 2], bytes(.int8, 8))
    expectRefusal(OperatorUse("ConvInteger", [image, weights, nil, try .of(.int8, [3], [1, 2, 3])]), "input 3")
    expectRefusal(OperatorUse("ConvInteger", [image, weights, try .of(.uint8, [2], [1, 2])]), "input 2")
    let one = try Tensor.f32([], [1]), zero = try Tensor.of(.uint8, [], [0]), signedZero = try Tensor.of(.int8, [], [0])
    expectRefusal(OperatorUse("QLinearConv", [image, one, zero, weights, one, signedZero, one]), "input 7")
    expectRefusal(
      OperatorUse("QLinearConv", [image, one, zero, weights, one, signedZero, try .f32([2], [1, 1]), zero]),
      "several scales")
    expectRefusal(
      OperatorUse(
        "QLinearConv", [image, one, zero, weights, one, signedZero, one, zero, try .of(.float32, [2], [1, 1])]),
      "float32")
  }
}
