import ModelGraph
import Operators
import Tensors
import Testing

/// Pools of one dimension by definition; what spans dimensions is a product of these, and tested against 2-D values.
@Suite struct PoolTests {
  struct Case: CustomTestStringConvertible {
    var extent: Int
    var kernel: Int
    var stride = 1
    var dilation = 1
    var begin = 0
    var end = 0
    var roundsUp = false
    var outputs: Int
    var testDescription: String { "\(extent) \(kernel) \(stride) \(dilation) \(begin) \(end) \(roundsUp)" }

    var attributes: [String: GeneralOperator.Attribute] {
      [
        "kernel_shape": .ints([kernel]), "strides": .ints([stride]), "dilations": .ints([dilation]),
        "pads": .ints([begin, end]), "ceil_mode": .int(roundsUp ? 1 : 0),
      ]
    }

    /// The inputs of each window; `counted` are those within the padding too.
    var windows: [(inside: [Int], counted: Int)] {
      (0..<outputs).map { output in
        let taps = (0..<kernel).map { output * stride - begin + $0 * dilation }
        return (taps.filter { $0 >= 0 && $0 < extent }, taps.filter { $0 < extent + end }.count)
      }
    }
  }

  static let cases = [
    Case(extent: 10, kernel: 3, outputs: 8), Case(extent: 10, kernel: 3, stride: 2, begin: 1, end: 1, outputs: 5),
    Case(extent: 10, kernel: 3, stride: 2, roundsUp: true, outputs: 5),
    Case(extent: 9, kernel: 2, stride: 3, begin: 1, end: 1, outputs: 4),
    // A fifth window would begin in the padding.
    Case(extent: 9, kernel: 2, stride: 3, begin: 1, end: 1, roundsUp: true, outputs: 4),
    Case(extent: 11, kernel: 3, stride: 2, dilation: 3, begin: 2, end: 3, roundsUp: true, outputs: 6),
    Case(extent: 700, kernel: 4, stride: 1, begin: 3, end: 0, outputs: 700),
  ]

  @Test(arguments: cases) func poolsEachWindow(_ test: Case) throws {
    let x = quarters(test.extent * 2, seed: 3)
    let planes = [Array(x.prefix(test.extent)), Array(x.suffix(test.extent))]
    func wanted(_ reduce: ([Double], Int) -> Double) throws -> Tensor {
      try .of(
        .float32, [1, 2, test.outputs],
        planes.flatMap { plane in test.windows.map { window in reduce(window.inside.map { plane[$0] }, window.counted) }
        })
    }
    let image = try Tensor.of(.float32, [1, 2, test.extent], x)
    let indices = planes.indices.flatMap { plane in
      test.windows.map { window in
        let best = window.inside.map { planes[plane][$0] }.max() ?? 0
        return Double(plane * test.extent + (window.inside.first { planes[plane][$0] == best } ?? 0))
      }
    }
    expect(
      OperatorUse("MaxPool", test.attributes, [image], outputCount: 2),
      gives: [try wanted { values, _ in values.max() ?? 0 }, try .of(.int64, [1, 2, test.outputs], indices)])
    expect(OperatorUse("MaxPool", test.attributes, [image]), gives: [try wanted { values, _ in values.max() ?? 0 }])
    expect(
      OperatorUse("AveragePool", test.attributes, [image]),
      gives: [try wanted { values, _ in values.reduce(0, +) / Double(values.count) }], within: .fp32)
    expect(
      OperatorUse("AveragePool", test.attributes.merging(["count_include_pad": .int(1)]) { $1 }, [image]),
      gives: [try wanted { values, counted in values.reduce(0, +) / Double(counted) }], within: .fp32)
    expect(
      OperatorUse("LpPool", test.attributes.merging(["p": .int(1)]) { $1 }, [image]),
      gives: [try wanted { values, _ in values.reduce(0) { $0 + abs($1) } }], within: .fp32)
    expect(
      OperatorUse("LpPool", test.attributes, [image]),
      gives: [try wanted { values, _ in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }], within: .fp32)
  }

  @Test func poolsPlanesAndBytesAndKeepsNaN() throws {
    let square: [String: GeneralOperator.Attribute] = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
    for type in [ElementType.int8, .uint8, .float64] {
      let sign: Double = type == .uint8 ? 1 : -1
      let x = (0..<16).map { Double($0) * sign }
      expect(
        OperatorUse("MaxPool", square, [try .of(type, [1, 1, 4, 4], x)]),
        gives: [try .of(type, [1, 1, 2, 2], sign > 0 ? [5, 7, 13, 15] : [0, -2, -8, -10])])
    }
    var x: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    x[4] = .nan
    x[10] = -.infinity
    expect(
      OperatorUse(
        "MaxPool", square.merging(["storage_order": .int(1)]) { $1 }, [try .f32([1, 1, 4, 4], x)], outputCount: 2),
      gives: [try .f32([1, 1, 2, 2], [.nan, 8, 14, 16]), try .i64([1, 1, 2, 2], [1, 13, 7, 15])])
    expect(
      OperatorUse(
        "MaxPool", square, [try .f32([1, 1, 2, 2], [-.infinity, -.infinity, -.infinity, -.infinity])], outputCount: 2),
      gives: [try .f32([1, 1, 1, 1], [-.infinity]), try .i64([1, 1, 1, 1], [0])])
  }

  @Test func poolsWholePlanes() throws {
    let x = try Tensor.of(.float32, [1, 2, 2, 2], [1, 2, 3, -6, 4, 4, 4, 5])
    expect(OperatorUse("GlobalAveragePool", [x]), gives: [try .of(.float32, [1, 2, 1, 1], [0, 4.25])])
    expect(OperatorUse("GlobalMaxPool", [x]), gives: [try .of(.float32, [1, 2, 1, 1], [3, 5])])
    expect(OperatorUse("GlobalLpPool", ["p": .int(1)], [x]), gives: [try .of(.float32, [1, 2, 1, 1], [12, 17])])
    expect(
      OperatorUse("GlobalLpPool", [try .of(.float64, [1, 1, 2], [3, -4])]), gives: [try .of(.float64, [1, 1, 1], [5])])
  }

  @Test(
    arguments: [
      ([:], "kernel_shape"), (["kernel_shape": .ints([1 << 20])], "window"),
      (["kernel_shape": .ints([0])], "kernel_shape"),
      (["kernel_shape": .ints([2]), "pads": .ints([2, 0])], "padding"), (["kernel_shape": .ints([7])], "exceeds"),
      (["kernel_shape": .ints([2, 2])], "kernel_shape"),
      (["kernel_shape": .ints([2]), "strides": .ints([-1])], "strides"),
      (["kernel_shape": .string("2")], "kernel_shape"),
    ] as [([String: GeneralOperator.Attribute], String)])
  func refusesHostileAttributes(_ attributes: [String: GeneralOperator.Attribute], _ words: String) throws {
    for name in ["MaxPool", "AveragePool", "LpPool"] {
      expectRefusal(OperatorUse(name, attributes, [try .of(.float32, [1, 1, 5], quarters(5))]), words)
    }
  }
}
