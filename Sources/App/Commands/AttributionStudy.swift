import Engines
import Foundation
import Harness
import ModelGraph
import NumericFormats
import Records
import Workloads

/// What `assay attribute` is asked to measure, checked.
struct AttributionStudy {
  /// What there is so far.
  let attribution: Attribution
  /// What workers are asked.
  let request: AttributionRequest
  /// Evaluation samples that the workload has.
  let availableSamples: Int

  private static let usualSamples = 8

  /// Checks and begins, or goes on with what a file holds.
  ///
  /// - Throws: ``CommandFailure``, `PlanError`, `RecordError`, `CalibrationFileError` and what workloads throw.
  init(
    _ workload: any Workload, contract name: String?, samples wanted: Int?, ranges chosen: CalibrationOptions,
    calibration: String?, resumed: String?, pus: [Int], maxISA: String
  ) throws {
    let graph = try workload.graph(batch: 1)
    let old = try resumed.map { try Attribution(path: $0) }
    // What is quickly refused comes before what takes a while.
    let contract = try AttributionNodes.contract(named: old?.contract ?? name ?? NumericsContract.u8s8VNNI.name)
    let userModel = try (workload as? ONNXWorkload).map(UserModel.init)
    // Files with fewer samples are other files.
    if let old, let resumed, old.model == workload.name { try Self.require(userModel, of: old, resumed) }
    let samples = try Self.samples(old?.samples ?? wanted, of: workload)
    let digest = ParameterDigest.sha256(of: try workload.parameters(for: graph), in: graph)
    availableSamples = workload.sampleCount(in: .evaluation)
    if let old, let resumed {
      guard old.model == workload.name, old.parametersSHA256 == digest else {
        throw CommandFailure(
          "\(resumed) is about \(old.model), and \(workload.name) is another model or has other weights.", exitCode: 65)
      }
    }
    let nodes = AttributionNodes.all(in: graph, under: contract)
    guard !nodes.isEmpty else {
      throw CommandFailure("\(workload.name) has no node that multiplies and could be lowered.", exitCode: 65)
    }
    if let old, let resumed, old.nodes.map(\.name) != nodes.map(\.name) {
      throw CommandFailure("\(resumed) is about other nodes than \(workload.name) has; start anew.", exitCode: 65)
    }
    var begun =
      old
      ?? Attribution(
        createdAt: Date.now.formatted(.iso8601), model: workload.name, parametersSHA256: digest,
        contract: contract.name,
        samples: samples, nodes: nodes)
    begun.userModel = userModel
    let ranges = try calibration.map { try Self.ranges($0, workload, graph, digest) }
    if contract.needsCalibration {
      if let old, let resumed { try Self.require(ranges, of: old, resumed) }
      let method = try KnownNames.calibrationMethod(
        begun.calibrationMethod ?? chosen.method ?? CalibrationMethod.minMax.description)
      begun.calibrationMethod = ranges?.contents.method ?? method.description
      begun.calibrationSamples =
        try ranges?.contents.samples
        ?? CalibrationSamples.count(begun.calibrationSamples ?? chosen.samples, of: workload)
      begun.calibrationFile = ranges?.sha256
    } else if calibration != nil || !chosen.given.isEmpty {
      throw CommandFailure(
        "\(contract.name) has no ranges to choose; leave the options of calibration out.", exitCode: 64)
    }
    attribution = begun
    request = AttributionRequest(
      parent: 0, workload: workload.name, model: (workload as? ONNXWorkload)?.model, contract: contract.name, pus: pus,
      maxISA: maxISA, firstSample: 0, samples: samples, calibrationMethod: begun.calibrationMethod,
      calibrationSamples: begun.calibrationSamples, ranges: ranges, nodes: [], variants: [])
  }

  private static func samples(_ wanted: Int?, of workload: any Workload) throws -> Int {
    let available = workload.sampleCount(in: .evaluation)
    let samples = wanted ?? min(usualSamples, available)
    guard samples >= 1 else { throw CommandFailure("--samples must be at least 1, not \(samples).", exitCode: 64) }
    guard samples <= available else {
      throw CommandFailure(
        "--samples asks for \(samples), and \(workload.name) has \(available) samples.", exitCode: 64)
    }
    // Pairs are scored together.
    if case .sentencePairs = workload.scoring, samples % 2 != 0, samples < available { return samples + 1 }
    return samples
  }

  /// Refuses to go on with other samples than what is there was measured with.
  private static func require(_ model: UserModel?, of old: Attribution, _ path: String) throws(CommandFailure) {
    guard old.userModel != model else { return }
    guard let known = old.userModel else {
      throw CommandFailure(
        "\(path) does not say which samples it compares, as older files do not; start anew.", exitCode: 65)
    }
    throw CommandFailure(
      "\(path) is about other samples or another file: it was begun with \(known.arguments), the files as they were then.",
      exitCode: 65)
  }

  /// Refuses to go on with other ranges than what is there was measured with.
  private static func require(
    _ ranges: GivenCalibration?, of old: Attribution, _ path: String
  ) throws(CommandFailure) {
    guard old.calibrationFile != ranges?.sha256 else { return }
    switch (old.calibrationFile, ranges) {
    case (_, nil):
      throw CommandFailure(
        "\(path) has ranges from a calibration file; add --calibration with that file.", exitCode: 64)
    case (nil, _):
      throw CommandFailure("\(path) has no ranges from a calibration file; leave --calibration out.", exitCode: 64)
    case (_, let ranges?):
      throw CommandFailure("\(path) has ranges from another calibration file than \(ranges.file).", exitCode: 65)
    }
  }

  private static func ranges(
    _ path: String, _ workload: any Workload, _ graph: ModelGraph, _ digest: String
  ) throws -> GivenCalibration {
    let contents = try CalibrationFile(path: path)
    try contents.require(path, fits: workload.name, graph)
    guard contents.parametersSHA256 == digest else {
      throw CalibrationFileError.otherWeights(path, contents.model)
    }
    return GivenCalibration(
      file: String(path.split(separator: "/").last ?? ""),
      sha256: ParameterDigest.sha256(of: try contents.encoded(path: path)), contents: contents)
  }
}
