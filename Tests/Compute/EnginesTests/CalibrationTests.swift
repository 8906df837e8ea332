import ModelGraph
import NumericFormats
import Testing

@testable import Engines

@Suite struct CalibrationTests {
  private static func measure(_ graph: ModelGraph, _ method: CalibrationMethod, samples: Int = 2) throws -> Calibration
  {
    let model = try ExecutableModel(
      graph: graph, parameters: TestGraphs.parameters(graph), engine: ModelRun.openblas, precision: .fp32,
      team: ThreadTeam(unpinnedThreads: 1), fusesNodes: false)
    return try Calibration.measure(model, samples: samples, method: method) { _, _ in TestGraphs.fill(model) }
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
    // So few values leave empty bins, into which entropy never cuts.
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
      case .fp32, .bf16: continue
      }
      seen.insert(format.name)
    }
    #expect(seen == ["u8", "s8"])
  }
}
