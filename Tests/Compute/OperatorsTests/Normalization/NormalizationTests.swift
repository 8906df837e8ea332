import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct NormalizationTests {
  /// (x - mean) / sqrt(variance + epsilon) of a run of values.
  private func standardized(_ x: [Double], epsilon: Double, centred: Bool = true) -> [Double] {
    let mean = centred ? x.reduce(0, +) / Double(x.count) : 0
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    return x.map { ($0 - mean) / (variance + epsilon).squareRoot() }
  }

  @Test(arguments: [7, 9, 14, 15], [[2, 3, 4], [2, 3, 2, 2], [4, 3], [5]])
  func appliesGivenStatistics(opset: Int, extents: [Int]) throws {
    let channels = extents.count > 1 ? extents[1] : 1
    let plane = extents.dropFirst(2).reduce(1, *)
    let x = quarters(extents.reduce(1, *))
    let parameters = (1...4).map { seed in quarters(channels, seed: seed).map { seed == 4 ? abs($0) + 0.5 : $0 } }
    let want = x.indices.map { index in
      let channel = extents.count > 1 ? index / plane % channels : 0
      return (x[index] - parameters[2][channel]) / (parameters[3][channel] + 0.25).squareRoot() * parameters[0][channel]
        + parameters[1][channel]
    }
    let inputs =
      try [Tensor.of(.float32, Shape(extents), x)] + parameters.map { try Tensor.of(.float32, [channels], $0) }
    expect(
      OperatorUse("BatchNormalization", opset: opset, ["epsilon": .float(0.25)], inputs),
      gives: [try .of(.float32, Shape(extents), want)], within: .fp32)
  }

  /// Until opset 8, `spatial` 0 gave each feature its own statistics.
  @Test func appliesStatisticsByFeature() throws {
    let x = try Tensor.of(.float64, [2, 1, 2], [1, 2, 3, 4])
    let (ones, mean) = (try Tensor.of(.float64, [1, 2], [1, 1]), try Tensor.of(.float64, [1, 2], [1, 0]))
    let use = OperatorUse(
      "BatchNormalization", opset: 7, ["spatial": .int(0), "epsilon": .float(0)], [x, ones, ones, mean, ones])
    expect(use, gives: [try .of(.float64, [2, 1, 2], [1, 3, 3, 5])])
  }

  @Test func refusesTraining() throws {
    let x = try Tensor.of(.float32, [1, 1, 2], [1, 2]), one = try Tensor.of(.float32, [1], [1])
    expectRefusal(OperatorUse("BatchNormalization", ["training_mode": .int(1)], [x, one, one, one, one]), "training")
    expectRefusal(OperatorUse("BatchNormalization", opset: 9, [x, one, one, one, one], outputCount: 5), "training")
    let two = try Tensor.of(.float32, [2], [1, 1])
    expectRefusal(OperatorUse("BatchNormalization", [x, one, one, one, two]), "input 4")
    expectRefusal(OperatorUse("BatchNormalization", [x, one, one, one]), "input 4")
  }

  /// Axis, extents of the scale, and whether there is a bias.
  @Test(arguments: [
    (-1, [7], true), (1, [5, 7], false), (-2, [5, 7], true), (0, [3, 5, 7], true), (1, [7], true), (1, [5, 1], true),
    (-1, [1], false), (-1, [1, 5, 7], true),
  ])
  func normalizesTrailingDimensions(_ axis: Int, _ scaleExtents: [Int], hasBias: Bool) throws {
    let extents = [3, 5, 7]
    let first = axis < 0 ? axis + 3 : axis
    let columns = extents.dropFirst(first).reduce(1, *)
    let x = quarters(105), count = scaleExtents.reduce(1, *)
    let (scale, bias) = (quarters(count, seed: 1), quarters(count, seed: 2))
    func parameter(_ index: Int) -> Int { scaleExtents == [5, 1] ? index / 7 % 5 : index % count }
    let rows = stride(from: 0, to: 105, by: columns).map { Array(x[$0..<($0 + columns)]) }
    let inputs: [Tensor?] = [
      try .of(.float32, Shape(extents), x), try .of(.float32, Shape(scaleExtents), scale),
      try hasBias ? .of(.float32, Shape(scaleExtents), bias) : nil,
    ]
    let normal = rows.flatMap { standardized($0, epsilon: 0.5) }
    let y = normal.indices.map { normal[$0] * scale[parameter($0)] + (hasBias ? bias[parameter($0)] : 0) }
    let means = rows.map { $0.reduce(0, +) / Double(columns) }
    let inverses = rows.enumerated().map { index, row in
      1 / (row.reduce(0) { $0 + ($1 - means[index]) * ($1 - means[index]) } / Double(columns) + 0.5).squareRoot()
    }
    let statistics = Shape(extents.prefix(first) + extents.dropFirst(first).map { _ in 1 })
    expect(
      OperatorUse("LayerNormalization", ["axis": .int(axis), "epsilon": .float(0.5)], inputs, outputCount: 3),
      gives: [
        try .of(.float32, Shape(extents), y), try .of(.float32, statistics, means),
        try .of(.float32, statistics, inverses),
      ], within: Tolerance(relative: 1e-6, absolute: 1e-6))
    let root = rows.flatMap { standardized($0, epsilon: 0.5, centred: false) }
    expect(
      OperatorUse(
        "RMSNormalization", opset: 23, ["axis": .int(axis), "epsilon": .float(0.5)], Array(inputs.prefix(2))),
      gives: [try .of(.float32, Shape(extents), root.indices.map { root[$0] * scale[parameter($0)] })], within: .fp32)
  }

  /// A scale of its own for every row, and a bias that repeats in the middle or elsewhere than the scale.
  @Test(
    arguments: [
      ([4, 1, 6], [4, 1, 6]), ([4, 1, 6], [6]), ([6], [5, 1]), ([1], [4, 5, 6]), ([4, 1, 1], []), ([4, 1, 6], nil),
    ] as [([Int], [Int]?)])
  func normalizesWithAnyBroadcast(_ scaleExtents: [Int], _ biasExtents: [Int]?) throws {
    let extents = [4, 5, 6], x = quarters(120)
    func parameter(_ extents: [Int], seed: Int) -> (tensor: [Double], spread: [Double]) {
      let values = quarters(extents.reduce(1, *), seed: seed)
      let padded = [Int](repeating: 1, count: 3 - extents.count) + extents
      return (
        values,
        (0..<120).map { index in
          let place = [index / 30, index / 6 % 5, index % 6]
          return values[zip(place, padded).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }]
        }
      )
    }
    let scale = parameter(scaleExtents, seed: 1), bias = biasExtents.map { parameter($0, seed: 2) }
    for (type, axis) in [(ElementType.float32, 0), (.float32, 1), (.float64, 2)] {
      let columns = extents[axis...].reduce(1, *)
      let normal = stride(from: 0, to: 120, by: columns).flatMap {
        standardized(Array(x[$0..<($0 + columns)]), epsilon: 0.5)
      }
      let y = normal.indices.map { normal[$0] * scale.spread[$0] + (bias?.spread[$0] ?? 0) }
      var inputs = [try Tensor.of(type, Shape(extents), x), try .of(type, Shape(scaleExtents), scale.tensor)]
      if let bias, let biasExtents { inputs.append(try .of(type, Shape(biasExtents), bias.tensor)) }
      expect(
        OperatorUse("LayerNormalization", ["axis": .int(axis), "epsilon": .float(0.5)], inputs),
        gives: [try .of(type, Shape(extents), y)], within: Tolerance(relative: 1e-6, absolute: 1e-6))
    }
  }

  @Test func refusesParametersThatDoNotBroadcast() throws {
    let x = try Tensor.of(.float32, [2, 3], quarters(6))
    expectRefusal(OperatorUse("LayerNormalization", [x, try .of(.float32, [2], [1, 1])]), "broadcast")
    expectRefusal(
      OperatorUse("LayerNormalization", ["axis": .int(2)], [x, try .of(.float32, [3], [1, 1, 1])]), "axis")
    expectRefusal(
      OperatorUse("LayerNormalization", ["stash_type": .int(11)], [x, try .of(.float32, [3], [1, 1, 1])]), "stash_type")
  }

  /// Opset 21 has a scale for each channel, opset 18 one for each group.
  @Test(arguments: [18, 21]) func normalizesGroups(opset: Int) throws {
    let (images, channels, groups, plane) = (2, 6, 3, 5)
    let x = quarters(images * channels * plane), count = opset == 18 ? groups : channels
    let (scale, bias) = (quarters(count, seed: 1), quarters(count, seed: 2))
    let size = channels / groups * plane
    let normal = stride(from: 0, to: x.count, by: size).flatMap {
      standardized(Array(x[$0..<($0 + size)]), epsilon: 1e-5)
    }
    let y = normal.indices.map { index in
      let parameter = opset == 18 ? index / size % groups : index / plane % channels
      return normal[index] * scale[parameter] + bias[parameter]
    }
    expect(
      OperatorUse(
        "GroupNormalization", opset: opset, ["num_groups": .int(groups)],
        [
          try .of(.float32, [images, channels, plane], x), try .of(.float32, [count], scale),
          try .of(.float32, [count], bias),
        ]),
      gives: [try .of(.float32, [images, channels, plane], y)], within: Tolerance(relative: 1e-6, absolute: 1e-6))
  }

  @Test func normalizesInstancesAndRefusesUnevenGroups() throws {
    let x = quarters(2 * 3 * 40)
    let normal = stride(from: 0, to: 240, by: 40).flatMap { standardized(Array(x[$0..<($0 + 40)]), epsilon: 1e-5) }
    let (scale, bias) = ([1, 2, -1.0], [0, 1, 0.5])
    let inputs: [Tensor?] = [
      try .of(.float32, [2, 3, 40], x), try .of(.float32, [3], scale), try .of(.float32, [3], bias),
    ]
    expect(
      OperatorUse("InstanceNormalization", inputs),
      gives: [
        try .of(.float32, [2, 3, 40], normal.indices.map { normal[$0] * scale[$0 / 40 % 3] + bias[$0 / 40 % 3] })
      ],
      within: Tolerance(relative: 1e-6, absolute: 1e-6))
    for groups in [0, -1, 2, Int.min] {
      expectRefusal(OperatorUse("GroupNormalization", ["num_groups": .int(groups)], inputs), "groups")
    }
  }

  @Test func normalizesOverGivenAxes() throws {
    let x = quarters(2 * 3 * 4)
    var y = [Double](repeating: 0, count: 24)
    for channel in 0..<3 {
      let places = (0..<24).filter { $0 / 4 % 3 == channel }
      for (place, value) in zip(places, standardized(places.map { x[$0] }, epsilon: 0)) { y[place] = value }
    }
    expect(
      OperatorUse("MeanVarianceNormalization", ["axes": .ints([0, -1])], [try .of(.float32, [2, 3, 4], x)]),
      gives: [try .of(.float32, [2, 3, 4], y)], within: .fp32)
    expectRefusal(OperatorUse("MeanVarianceNormalization", [try .of(.float32, [2, 3, 4], x)]), "axis")
  }
}
