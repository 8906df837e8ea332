import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct CalibrationTests {
  private static func measure(
    _ graph: ModelGraph, _ method: CalibrationMethod, threads: Int = 1, features: CPUFeatures = .detect(),
    integerLimit: Int = 127
  ) throws -> Calibration {
    try Calibration.measure(
      graph, parameters: TestGraphs.parameters(graph), team: ThreadTeam(unpinnedThreads: threads), features: features,
      samples: 2, method: method, integerLimit: integerLimit
    ) { _, inputs in TestGraphs.fill(inputs, of: graph) }
  }

  /// By tensor, in bits: of ``Calibration/ranges``, then of ``Calibration/symmetricRanges``.
  private static func bits(_ calibration: Calibration) -> [[String: [UInt32]]] {
    [calibration.ranges, calibration.symmetricRanges].map { ranges in
      ranges.mapValues { [$0.least.bitPattern, $0.greatest.bitPattern] }
    }
  }

  private static let activations: [Activation] = [
    .gelu, .geluTanh, .sigmoid, .tanh, .silu, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .leakyRelu(alpha: 0.1),
    .clip(low: -1, high: 1),
  ]

  /// Every kind of product and activation, and a convolution that `native` computes by Winograd's algorithm.
  private static func graph(_ index: Int) throws -> ModelGraph {
    switch index {
    case 0: try TestGraphs.residual()
    case 1: try TestGraphs.attention()
    case 2: try winograd()
    default: try TestGraphs.product(rows: 7, k: 300, n: 75, activation: activations[index - 3])
    }
  }

  private static func winograd() throws -> ModelGraph {
    try TestGraphs.convolution(
      batch: 1, channels: 64, height: 28, width: 28, out: 64, kernel: 3, stride: 1, padding: 1)
  }

  /// Neither threads nor instruction sets change a bit, as long as products are fused multiply-adds.
  @Test(arguments: 0..<(3 + activations.count), [CalibrationMethod.minMax, .entropy])
  func rangesAreTheSameEverywhere(graph index: Int, method: CalibrationMethod) throws {
    let graph = try Self.graph(index)
    let expected = Self.bits(try Self.measure(graph, method))
    #expect(!expected[0].isEmpty)
    let levels = ISALevel.available.filter { $0.features.contains(.fma) || CPUFeatures.detect().isEmpty }
    for level in levels {
      for threads in [1, 2, 5] {
        let actual = Self.bits(try Self.measure(graph, method, threads: threads, features: level.features))
        #expect(actual == expected, "\(level.rawValue), \(threads) threads")
      }
    }
  }

  /// No range covers an infinity or a NaN in what is quantised: it is named, not left out.
  @Test(
    arguments: [CalibrationMethod.minMax, .percentile(99.9), .entropy, .meanSquaredError],
    [Float.infinity, -.infinity, .nan])
  func whatIsNotFiniteIsRefused(method: CalibrationMethod, strange: Float) throws {
    let graph = try TestGraphs.product(rows: 3, k: 5, n: 4)
    func measure(_ strangePlaces: [(sample: Int, place: Int)]) throws -> Calibration {
      try Calibration.measure(
        graph, parameters: TestGraphs.parameters(graph), team: ThreadTeam(unpinnedThreads: 1), samples: 3,
        method: method
      ) { sample, inputs in
        let values = inputs[0].bindMemory(to: Float.self)
        for place in values.indices { values[place] = Float(place) - 4 }
        for (other, place) in strangePlaces where other == sample { values[place] = strange }
      }
    }
    let range = try #require(try measure([]).ranges["source"])
    #expect(range.least < 0 && range.greatest > 0)
    for place in [0, 7, 14] {
      #expect(throws: CalibrationError.notFinite(tensor: "source", sample: 1, notFinite: 1, count: 15)) {
        try measure([(1, place)])
      }
    }
    #expect(throws: CalibrationError.notFinite(tensor: "source", sample: 0, notFinite: 2, count: 15)) {
      try measure([(0, 3), (0, 14), (2, 1)])
    }
  }

  /// What stays FP32 anyhow, such as a mask of minus infinity, may hold anything.
  @Test func whatIsNotQuantisedMayBeInfinite() throws {
    var builder = GraphBuilder(name: "masked")
    let (scores, mask) = (builder.input("scores", shape: [2, 4]), builder.input("mask", shape: [2, 4]))
    let softmax = try builder.node("softmax", .softmax, inputs: [scores, mask])
    let result = try builder.node(
      "result", .linear(Linear(activation: .none)), inputs: [softmax],
      parameters: [("weight", .weights, [3, 4]), ("bias", .bias, [3])])
    let graph = builder.build(outputs: [result])
    let calibration = try Calibration.measure(
      graph, parameters: TestGraphs.parameters(graph), team: ThreadTeam(unpinnedThreads: 1), samples: 1
    ) { _, inputs in
      for input in inputs { input.bindMemory(to: Float.self).update(repeating: 0) }
      inputs[1].bindMemory(to: Float.self)[1] = -.infinity
    }
    #expect(calibration.ranges["softmax"]?.least == 0)
    #expect(calibration.ranges["mask"] == ValueRange(least: 0, greatest: 0))
  }

  @Test func calibrationNeedsSamples() throws {
    let graph = try TestGraphs.product(rows: 1, k: 2, n: 2)
    let error = #expect(throws: CalibrationError.noSamples) {
      try Calibration.measure(
        graph, parameters: TestGraphs.parameters(graph), team: ThreadTeam(unpinnedThreads: 1), samples: 0
      ) { _, _ in Issue.record("there is no sample to write") }
    }
    #expect(error?.description == "Calibration with no samples finds no ranges; give it at least one.")
  }

  /// Engines of their own numerics would disagree, or the test above would show nothing.
  @Test func enginesDiffer() throws {
    let graph = try Self.winograd()
    let ranges = try [ModelRun.native, ModelRun.openblas, ModelRun.reference, CalibrationEngine()].map { engine in
      let model = try ExecutableModel(
        graph: graph, parameters: TestGraphs.parameters(graph), engine: engine, precision: .fp32,
        team: ThreadTeam(unpinnedThreads: 1), fusesNodes: false)
      return Self.bits(
        try Calibration.measure(model, of: graph, samples: 1) { _, inputs in TestGraphs.fill(inputs, of: graph) })
    }
    #expect(ranges[0] != ranges[3] && ranges[1] != ranges[3] && ranges[2] != ranges[3])
    #expect(ranges[3] == Self.bits(try Self.measure(graph, .minMax)))
  }

  /// Only what the graph itself names, not the copies in other storages that the model made of it.
  @Test(arguments: [CalibrationMethod.minMax, .meanSquaredError])
  func copiesOfTensorsHaveNoRanges(method: CalibrationMethod) throws {
    let graph = try TestGraphs.residual()
    let calibration = try Self.measure(graph, method)
    #expect(Set(calibration.ranges.keys) == Set(graph.tensors.map(\.name)))
    let whole = try Self.measure(graph, .minMax)
    // The image is read in another storage than it is given in, and yet its own range is clipped.
    #expect((calibration.ranges["image"] == whole.ranges["image"]) == (method == .minMax))
  }

  /// The s8 operands of products of activations have as many levels as the engine lets them have; u8 always has 256.
  @Test func levelsAreThoseOfTheEngine() throws {
    let graph = try TestGraphs.attention(batch: 4, sequence: 40)
    for method in [CalibrationMethod.entropy, .meanSquaredError] {
      let eight = try Self.measure(graph, method)
      let seven = try Self.measure(graph, method, integerLimit: 64)
      #expect(seven.ranges == eight.ranges)
      #expect(Set(seven.symmetricRanges.keys) == ["k", "v"])
      #expect(seven.symmetricRanges != eight.symmetricRanges, "\(method)")
    }
    let exact = try [127, 64].map { try Self.measure(graph, .percentile(99), integerLimit: $0) }
    #expect(exact[0] == exact[1])
  }

  /// Of many small values and a few large ones percentiles and entropy cover the small ones.
  @Test(arguments: [CalibrationMethod.percentile(99), .entropy])
  func longTailsAreCut(method: CalibrationMethod) throws {
    let graph = try TestGraphs.product(rows: 40, k: 1000, n: 4)
    func measure(_ method: CalibrationMethod) throws -> ValueRange {
      let calibration = try Calibration.measure(
        graph, parameters: TestGraphs.parameters(graph), team: ThreadTeam(unpinnedThreads: 1), samples: 1,
        method: method
      ) { _, inputs in
        TestGraphs.fill(inputs, of: graph)
        let values = inputs[0].bindMemory(to: Float.self)
        for index in values.indices.dropLast(3) {
          // Sums of four are nearly normal; their fifth powers are small but for a few.
          let sum = values[index...(index + 3)].reduce(0, +) / 4
          values[index] = sum * sum * sum * sum * sum
        }
      }
      return try #require(calibration.ranges["source"])
    }
    let (whole, clipped) = (try measure(.minMax), try measure(method))
    #expect(clipped.greatest < whole.greatest / 2 && clipped.least > whole.least / 2)
    #expect(clipped.greatest > whole.greatest / 100 && clipped.least < whole.least / 100)
  }

  @Test(
    arguments: [
      ("min-max", .minMax), ("Percentile", .percentile(99.99)), ("percentile:99.9", .percentile(99.9)),
      ("percentile:100", .percentile(100)), ("ENTROPY", .entropy), ("mean-squared-error", .meanSquaredError),
      ("percentile:49.9", nil), ("percentile:100.1", nil), ("percentile:nan", nil), ("percentile:", nil), ("mse", nil),
      ("min-max:1", nil), ("", nil),
    ] as [(String, CalibrationMethod?)])
  func methodsHaveNames(name: String, method: CalibrationMethod?) {
    #expect(CalibrationMethod(named: name) == method)
    if let method { #expect(CalibrationMethod(named: method.description) == method) }
  }

  /// Every method narrows ranges, of what INT8 stores and of nothing else.
  @Test(arguments: [CalibrationMethod.percentile(99), .entropy, .meanSquaredError])
  func onlyWhatIsQuantisedIsClipped(method: CalibrationMethod) throws {
    let graph = try TestGraphs.attention()
    let whole = try Self.measure(graph, .minMax)
    let clipped = try Self.measure(graph, method)
    let quantised = Lowering.quantisedTensors(of: graph)
    #expect(!quantised.unsigned.isEmpty && !quantised.signed.isEmpty)
    #expect(Set(clipped.ranges.keys) == Set(whole.ranges.keys))
    #expect(Set(clipped.symmetricRanges.keys) == quantised.signed)
    var narrowed = 0
    for (name, range) in whole.ranges {
      let found = try #require(clipped.ranges[name])
      guard quantised.unsigned.contains(name) else {
        #expect(found == range, "\(name)")
        continue
      }
      #expect(found.least >= min(range.least, 0) && found.greatest <= max(range.greatest, 0), "\(name)")
      if found.greatest - found.least < range.greatest - range.least { narrowed += 1 }
      let magnitude = max(-range.least, range.greatest)
      if let symmetric = clipped.symmetricRanges[name] { #expect(symmetric.greatest <= magnitude, "\(name)") }
    }
    // So few values leave empty bins, into which entropy never cuts: see `longTailsAreCut`.
    if method != .entropy { #expect(narrowed > 0) }
  }

  /// The lowered formats cover what was chosen: u8 the range, s8 the magnitude.
  @Test func formatsFollowTheRanges() throws {
    let graph = try TestGraphs.attention()
    let calibration = try Self.measure(graph, .percentile(95))
    let lowered = try Lowering.lower(graph, to: .int8, calibration: calibration)
    var seen: Set<String> = []
    for (tensor, format) in zip(lowered.graph.tensors, lowered.formats) {
      let name =
        tensor.name.hasSuffix(".u8") || tensor.name.hasSuffix(".s8") ? String(tensor.name.dropLast(3)) : tensor.name
      switch format {
      case .u8: #expect(format == calibration.ranges[name].map(NumberFormat.u8(covering:)), "\(name)")
      case .s8: #expect(format == calibration.symmetricRanges[name].map { NumberFormat.s8(covering: $0) }, "\(name)")
      case .fp32, .bf16, .emulated: continue
      }
      seen.insert(format.name)
    }
    #expect(seen == ["u8", "s8"])
  }
}
