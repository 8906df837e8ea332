import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct QuantizeLinearTests {
  @Test(arguments: [
    (ElementType.uint8, 0.0, 255.0), (.int8, -128, 127), (.uint16, 0, 65535), (.int16, -32768, 32767),
  ])
  func roundsToEvenAndSaturates(_ type: ElementType, _ least: Double, _ greatest: Double) throws {
    let x: [Float] = [0, 1, 3, 5, -1, -3, 1e6, -1e6, .infinity, -.infinity, .nan, 2.9, -0.0]
    let want = [0, 0, 2, 2, 0, -2, greatest, least, greatest, least, least, 1, 0].map {
      min(max($0 + 5, least), greatest)
    }
    // Halves: x / 2; 1.5 and 2.5 both become 2. The zero point moves what is saturated, not where.
    let exact = zip(want, x).map { want, x in abs(x) >= 1e6 || x.isNaN ? (x > 0 ? greatest : least) : want }
    let use = OperatorUse(
      "QuantizeLinear", [try .f32([13], x), try .f32([], [2]), try .of(type, [], [5])])
    expect(use, gives: [try .of(type, [13], exact)])
  }

  /// Extents, axis, block size.
  static let layouts: [([Int], Int, Int)] = [
    ([2, 3, 4], 1, 0), ([2, 3, 4], -1, 0), ([3, 5000], 0, 0), ([4], 1, 0), ([2, 5, 3], 1, 2), ([2, 7], 1, 3),
    ([7], 0, 4),
  ]

  @Test(arguments: layouts, [ElementType.int8, .uint16]) func takesEachScale(
    _ layout: ([Int], Int, Int), type: ElementType
  ) throws {
    let (extents, axis, block) = layout
    let place = extents.count == 1 ? 0 : axis < 0 ? axis + extents.count : axis
    let inner = extents.dropFirst(place + 1).reduce(1, *)
    var scaleExtents = block == 0 ? [extents[place]] : extents
    if block > 0 { scaleExtents[place] = (extents[place] + block - 1) / block }
    let count = scaleExtents.reduce(1, *)
    let scales = (0..<count).map { Double(1 << ($0 % 4)) / 4 }, zeros = (0..<count).map { Double($0 % 3) }
    func parameter(_ index: Int) -> Int {
      let position = index / inner % extents[place]
      guard block > 0 else { return position }
      return (index / inner / extents[place] * scaleExtents[place] + position / block) * inner + index % inner
    }
    let x = quarters(extents.reduce(1, *)).map { $0 + 2 }
    let q = x.indices.map { (x[$0] / scales[parameter($0)]).rounded(.toNearestOrEven) + zeros[parameter($0)] }
    let attributes: [String: GeneralOperator.Attribute] = ["axis": .int(axis), "block_size": .int(block)]
    let (scale, zero) = (
      try Tensor.of(.float32, Shape(scaleExtents), scales), try Tensor.of(type, Shape(scaleExtents), zeros)
    )
    let quantized = try Tensor.of(type, Shape(extents), q)
    expect(
      OperatorUse("QuantizeLinear", attributes, [try .of(.float32, Shape(extents), x), scale, zero]), gives: [quantized]
    )
    let back = q.indices.map { (q[$0] - zeros[parameter($0)]) * scales[parameter($0)] }
    expect(
      OperatorUse("DequantizeLinear", attributes, [quantized, scale, zero]),
      gives: [try .of(.float32, Shape(extents), back)])
  }

  @Test func choosesTheTypeAndTakesIntegers() throws {
    let x = try Tensor.of(.int32, [3], [1, 3, -2_000_000_000]), scale = try Tensor.f32([], [2])
    expect(OperatorUse("QuantizeLinear", [x, scale]), gives: [try .of(.uint8, [3], [0, 2, 0])])
    expect(
      OperatorUse("QuantizeLinear", ["output_dtype": .int(5)], [x, scale]),
      gives: [try .of(.int16, [3], [0, 2, -32768])])
    // The difference of two integers of 32 bits wraps.
    let sums = try Tensor(.int32, [2], [Int32.min, 7]), zero = try Tensor(.int32, [], [Int32(1)])
    expect(
      OperatorUse("DequantizeLinear", [sums, scale, zero]), gives: [try .f32([2], [Float(Int32.max) * 2, 12])])
  }

  @Test func refusesWhatIsNotThere() throws {
    let x = try Tensor.of(.float32, [2, 3], quarters(6)), scales = try Tensor.f32([3], [1, 1, 1])
    expectRefusal(OperatorUse("QuantizeLinear", opset: 10, [x, scales]), "opset 10")
    expectRefusal(OperatorUse("QuantizeLinear", ["axis": .int(0)], [x, scales]), "axis 0")
    expectRefusal(OperatorUse("QuantizeLinear", ["axis": .int(9)], [x, scales]), "axis 9")
    expectRefusal(OperatorUse("QuantizeLinear", ["output_dtype": .int(17)], [x, scales]), "type 17")
    expectRefusal(OperatorUse("QuantizeLinear", ["block_size": .int(-2)], [x, scales]), "block_size")
    expectRefusal(OperatorUse("QuantizeLinear", ["block_size": .int(2)], [x, scales]), "blocks of 2")
    expectRefusal(OperatorUse("QuantizeLinear", [x, scales, try .of(.int8, [2], [1, 1])]), "zero points")
    expectRefusal(OperatorUse("QuantizeLinear", ["precision": .int(10)], [x, scales]), "type 10")
    expectRefusal(
      OperatorUse("DequantizeLinear", ["output_dtype": .int(11)], [try .of(.int8, [3], [1, 1, 1]), scales]), "type 11")
  }

  /// 255 steps over a range that includes 0.
  @Test(
    arguments: [
      ([0, 2, -3, -2.5, 1.34, 0.5], Float(5) / 255, 153, [153, 255, 0, 26, 221, 179]),
      ([1, 3, 4], 4 / Float(255), 0, [64, 191, 255]), ([-1, -4], 4 / Float(255), 255, [191, 0]),
      ([0, 0], 1, 0, [0, 0]),
    ] as [([Float], Float, Double, [Double])])
  func findsTheRange(_ x: [Float], _ scale: Float, _ zero: Double, _ want: [Double]) throws {
    expect(
      OperatorUse("DynamicQuantizeLinear", [try .f32([x.count], x)], outputCount: 3),
      gives: [try .of(.uint8, [want.count], want), try .f32([], [scale]), try .of(.uint8, [], [zero])])
  }
}
