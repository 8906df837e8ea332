import ModelGraph
import Operators
import Tensors
import Testing

/// TopK, NonZero, NonMaxSuppression and RoiAlign.
struct SelectionTests {
  @Test(
    arguments: [
      (nil, true, 2, [4, 4], [1, 3], [3, 2], [0, 3]),
      (nil, true, 4, [4, 4, 2, 1], [1, 3, 2, 0], [3, 2, 1, 1], [0, 3, 1, 2]),
      (-1, false, 2, [1, 2], [0, 2], [1, 1], [1, 2]), (nil, true, 0, [], [], [], []),
    ] as [(Int?, Bool, Int, [Double], [Int], [Double], [Int])])
  func ranks(axis: Int?, isLargest: Bool, k: Int, a: [Double], atA: [Int], b: [Double], atB: [Int]) throws {
    var attributes: [String: GeneralOperator.Attribute] = isLargest ? [:] : ["largest": .int(0)]
    if let axis { attributes["axis"] = .int(axis) }
    for type in ElementType.allCases {
      let input = try Tensor.of(type, [2, 4], [1, 4, 2, 4, 3, 1, 1, 2])
      let use = OperatorUse("TopK", opset: 11, attributes, [input, try .i64([1], [k])], outputCount: 2)
      if type == .bool || type == .float16 || type == .bfloat16 {
        expectRefusal(use, "is not supported")
      } else {
        expect(use, gives: [try .of(type, [2, k], a + b), try .i64([2, k], atA + atB)])
      }
    }
  }

  @Test func ranksAlongOuterDimensionsAndInOldOpsets() throws {
    let input = try Tensor.f32([3, 2], [1, 6, 3, 2, .nan, 4])
    let wanted = [try Tensor.f32([2, 2], [.nan, 6, 3, 4]), try .i64([2, 2], [2, 0, 1, 2])]
    expect(OperatorUse("TopK", opset: 7, ["axis": .int(0), "k": .int(2)], [input], outputCount: 2), gives: wanted)
    expect(
      OperatorUse("TopK", opset: 10, ["axis": .int(0)], [input, try .i64([1], [2])], outputCount: 2), gives: wanted)
    expect(OperatorUse("TopK", ["axis": .int(0)], [input, try .i64([1], [2])]), gives: [wanted[0]])
  }

  /// Many elements in a random order with repetitions, against a stable sort.
  @Test(arguments: [1, 7, 50, 300]) func ranksAsASortDoes(k: Int) throws {
    let values = (0..<300).map { _ in Int.random(in: 0..<60) }
    let order = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }.prefix(k)
    expect(
      OperatorUse("TopK", [try .i64([300], values), try .i64([1], [k])], outputCount: 2),
      gives: [try .i64([k], order.map { values[$0] }), try .i64([k], Array(order))])
  }

  @Test func refusesRanks() throws {
    let input = try Tensor.f32([3], [1, 2, 3])
    for k in [4, -1, Int.max, Int.min] { expectRefusal(OperatorUse("TopK", [input, try .i64([1], [k])]), "k is") }
    expectRefusal(OperatorUse("TopK", opset: 9, [input]), "k is missing")
    expectRefusal(OperatorUse("TopK", [input, try .i64([2], [1, 1])]), "must hold one number")
  }

  @Test(arguments: ElementType.allCases) func findsWhatIsNotZero(type: ElementType) throws {
    let input = try Tensor.of(type, [2, 2, 2], [1, 0, 0, 1, 0, 0, 1, type.isFloatingPoint ? -0.0 : 0])
    expect(OperatorUse("NonZero", [input]), gives: [try .i64([3, 3], [0, 0, 1, 0, 1, 1, 0, 1, 0])])
    expect(OperatorUse("NonZero", [try .of(type, [2], [0, 0])]), gives: [try .i64([1, 0], [])])
    expect(OperatorUse("NonZero", [try .of(type, [], [1])]), gives: [try .i64([0, 1], [])])
  }

  /// Six boxes of which two pairs overlap by more than half, from the standard's node tests.
  private let corners: [Float] = [
    0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101,
  ]
  private let scores: [Float] = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3]

  @Test(
    arguments: [
      (3, 0.5, 0, [3, 0, 5]), (2, 0.5, 0, [3, 0]), (3, 0.5, 0.4, [3, 0]), (30, 1, nil, [3, 0, 1, 2, 4, 5]),
      (0, 0.5, 0, []),
      (nil, 0.5, 0, []), (Int.max, 0.5, nil, [3, 0, 5]),
    ] as [(Int?, Float, Float?, [Int])])
  func suppresses(limit: Int?, overlap: Float, score: Float?, wanted: [Int]) throws {
    let optional = [
      try limit.map { try Tensor.i64([1], [$0]) }, try .f32([1], [overlap]),
      try score.map { try Tensor.f32([1], [$0]) },
    ]
    let inputs = [try Tensor.f32([1, 6, 4], corners), try .f32([1, 1, 6], scores)] + optional
    expect(
      OperatorUse("NonMaxSuppression", inputs), gives: [try .i64([wanted.count, 3], wanted.flatMap { [0, 0, $0] })])
    // The same boxes by centre and size.
    var centred: [Float] = []
    for at in stride(from: 0, to: corners.count, by: 4) {
      let (left, right) = (corners[at + 1], corners[at + 3])
      centred += [(left + right) / 2, 0.5, right - left, 1]
    }
    let others = [try Tensor.f32([1, 6, 4], centred), try .f32([1, 1, 6], scores)] + optional
    expect(
      OperatorUse("NonMaxSuppression", ["center_point_box": .int(1)], others),
      gives: [try .i64([wanted.count, 3], wanted.flatMap { [0, 0, $0] })])
  }

  @Test func suppressesPerBatchAndClass() throws {
    let boxes = try Tensor.f32([2, 2, 4], [1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 5, 5, 6, 6])
    let use = OperatorUse(
      "NonMaxSuppression",
      [boxes, try .f32([2, 2, 2], [0.5, 0.5, 0.1, 0.2, 0.1, 0.2, .nan, 0.3]), try .i64([], [2]), try .f32([], [0.5])])
    expect(use, gives: [try .i64([5, 3], [0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1])])
  }

  /// The memory of the result was asked for by the selection: later values may not change how much is written.
  @Test func selectsOnce() throws {
    let scores = UnsafeMutablePointer<Float>.allocate(capacity: 2)
    defer { scores.deallocate() }
    scores.initialize(repeating: 0.5, count: 2)
    let boxes = try Tensor.f32([1, 2, 4], [0, 0, 1, 1, 5, 5, 6, 6]), limit = try Tensor.i64([], [1])
    let result = try Tensor.i64([1, 3], [-1, -1, -1])
    try withExtendedLifetime((boxes, limit, result)) {
      let op = GeneralOperator("NonMaxSuppression", opset: 11, slots: [0, 1, 2])
      let line = Operand(type: TensorType(.float32, [1, 1, 2]), address: UnsafeRawPointer(scores), hasValue: true)
      let call = OperatorCall(
        node: "boxes", op: op, operands: [Operand(boxes), line, Operand(limit)], outputCount: 1, resources: Resources())
      let plan = try OperatorLibrary.definition(of: op.name).plan(call)
      #expect(plan.types == [TensorType(.int64, [1, 3])])
      scores[0] = 0.25
      let address = try #require(result.bytes.baseAddress)
      try plan.prepare([UnsafeMutableRawPointer(mutating: address)]).run(WorkShare())
    }
    #expect(Array(result.elements(as: Int64.self)) == [0, 0, 0])
  }

  @Test func refusesBoxes() throws {
    let (boxes, one) = (try Tensor.f32([1, 1, 4], [0, 0, 1, 1]), try Tensor.i64([], [1]))
    expectRefusal(OperatorUse("NonMaxSuppression", [boxes, try .f32([1, 1, 2], [0, 0]), one]), "do not fit")
    expectRefusal(
      OperatorUse("NonMaxSuppression", [boxes, try .f32([1, 1, 1], [0]), one, try .f32([], [2])]), "overlap")
    expectRefusal(
      OperatorUse("NonMaxSuppression", [boxes, try .f32([1, 1, 1], [0]), one, try .f32([], [.nan])]), "overlap")
    expectRefusal(OperatorUse("NonMaxSuppression", [boxes, try .i64([1, 1, 1], [0]), one]), "must be float32")
  }

  private func align(
    opset: Int = 16, _ attributes: [String: GeneralOperator.Attribute], _ region: [Double], batch: Int = 0,
    type: ElementType = .float32
  ) throws -> OperatorUse {
    OperatorUse(
      "RoiAlign", opset: opset, attributes,
      [
        try .of(type, [1, 1, 4, 4], (0..<16).map(Double.init)), try .of(type, [1, 4], region),
        try .i64([1], [batch]),
      ])
  }

  @Test(arguments: [ElementType.float32, .float64]) func alignsRegions(type: ElementType) throws {
    // One bin over the whole map: the mean of 4 x 4 samples at the pixels, which are half a pixel apart from bin edges.
    expect(
      try align(["sampling_ratio": .int(4)], [0, 0, 4, 4], type: type), gives: [try .of(type, [1, 1, 1, 1], [7.5])])
    let two: [String: GeneralOperator.Attribute] = [
      "output_height": .int(2), "output_width": .int(2), "sampling_ratio": .int(1),
    ]
    // Samples at the bins' centres: (1, 1), (1, 3), ... less half a pixel.
    expect(try align(two, [0, 0, 4, 4], type: type), gives: [try .of(type, [1, 1, 2, 2], [2.5, 4.5, 10.5, 12.5])])
    let plain = two.merging(["coordinate_transformation_mode": .string("output_half_pixel")]) { $1 }
    let shifted = try Tensor.of(type, [1, 1, 2, 2], [5, 7, 13, 15])
    expect(try align(plain, [0, 0, 4, 4], type: type), gives: [shifted])
    expect(try align(opset: 10, two, [0, 0, 4, 4], type: type), gives: [shifted])
    // Half a scale, twice the region; outside the map everything is zero.
    let scaled = two.merging(["spatial_scale": .float(0.5)]) { $1 }
    expect(try align(scaled, [0, 0, 8, 8], type: type), gives: [try .of(type, [1, 1, 2, 2], [2.5, 4.5, 10.5, 12.5])])
    expect(try align(two, [90, 90, 99, 99], type: type), gives: [try .of(type, [1, 1, 2, 2], [0, 0, 0, 0])])
  }

  @Test func takesTheGreatestWeightedNeighbour() throws {
    let attributes: [String: GeneralOperator.Attribute] = ["mode": .string("max"), "sampling_ratio": .int(1)]
    expect(try align(attributes, [0, 0, 4, 4]), gives: [try .f32([1, 1, 1, 1], [2.5])])
  }

  @Test func refusesRegions() throws {
    for batch in [1, -1, -2, Int.max, Int.min] {
      expectRefusal(try align([:], [0, 0, 4, 4], batch: batch), "lies outside the table")
    }
    for end in [33, 1e30, .infinity, .nan] { expectRefusal(try align([:], [0, 0, end, end]), "does not allow") }
    for ratio in [33, Int.max] {
      expectRefusal(try align(["sampling_ratio": .int(ratio)], [0, 0, 4, 4]), "samples per bin")
    }
    expectRefusal(try align(["output_height": .int(0)], [0, 0, 4, 4]), "an output of 0x1")
    expectRefusal(
      try align(["output_height": .int(.max), "output_width": .int(.max)], [0, 0, 4, 4]), "not a valid shape")
    expectRefusal(try align(["mode": .string("median")], [0, 0, 4, 4]), "attribute mode is median")
    expectRefusal(try align([:], [0, 0, 4, 4], type: .float16), "RoiAlign of float16")
  }

  /// Bins of a map without pixels would read beside it.
  @Test(arguments: [[1, 1, 0, 4], [1, 1, 4, 0], [1, 1, 0, 0]] as [Shape]) func refusesEmptyMaps(shape: Shape) throws {
    let inputs = [try Tensor.f32(shape, []), try .f32([1, 4], [0, 0, 1, 1]), try .i64([1], [0])]
    expectRefusal(OperatorUse("RoiAlign", ["sampling_ratio": .int(2)], inputs), "do not fit")
  }
}
